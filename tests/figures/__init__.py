"""The command that measures the promise and writes `campaign docs reliability`.

`python -m tests.figures --help`. What was measured is stored as JSON, one file a piece, with the
digest of the program that it was measured on: so it can be stopped, divided and gone on with.
"""
