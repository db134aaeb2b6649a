"""Speed, side by side with other engines, on one corpus and in one run."""
