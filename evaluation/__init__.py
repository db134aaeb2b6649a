"""Measures Newsstand, and two plain baselines, on a folder of articles: `python -m evaluation DIR`."""
