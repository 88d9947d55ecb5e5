"""Wrong programs on purpose: a suite that stays green on one of them is not good enough.

`python -m tests.mutants` copies the program and its tests aside, makes one mistake at a time and
runs the tests that must notice it.
"""
