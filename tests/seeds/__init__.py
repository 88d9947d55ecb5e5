"""Whole campaigns under seeded misfortune: the seed says everything that goes wrong.

Everything but the gateway, the clock and the disk is the real program: books (SQLite), engine,
steps, verdicts. The gateway's append-only ledger is the judge. With one lane a seed repeats
exactly; with three, what goes wrong is the same and the order in which workers meet it is not.
"""
