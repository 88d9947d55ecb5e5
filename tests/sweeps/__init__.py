"""Sweeps: the same short story, struck wherever it can be.

The engines are plain functions that return frozen results with counts and seeds, so that a test
and the command that makes the figures call the same thing.

`ptrace` follows a forked process and strikes at its k-th effect; `child` is the process that
forks; `stage` plays one story against an independent gateway and judges it; `kill`,
`io_faults`, `power`, `drivers` and `canary` are the sweeps.
"""
