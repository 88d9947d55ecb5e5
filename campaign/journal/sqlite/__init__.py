"""The journal: one SQLite file for all runs."""
