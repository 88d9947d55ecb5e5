"""Sweeps: the same short story, hurt at every place where it can be hurt.

The engines are plain functions that return frozen results with counts and seeds, so that a test
and the command that makes the figures call the same thing.

`ptrace` follows a forked process and strikes at its k-th effect; `child` is the process that
forks; `stage` tells one story against a gateway that is not ours and judges it; `kill`,
`io_faults`, `power`, `drivers` and `canary` are the sweeps.
"""
