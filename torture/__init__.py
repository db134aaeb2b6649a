"""Tries to make Newsstand lose, leak or hang: `make torture`. RELIABILITY.md says what is promised."""
