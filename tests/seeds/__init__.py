"""Whole campaigns under seeded misfortune: the seed determines everything that goes wrong.

Everything but the gateway, the clock and the disk is the real program; the gateway's append-only
ledger is the judge. With one worker a seed repeats exactly; with three, the same goes wrong, but
the order in which workers meet it varies.
"""
