"""Pure rules: no I/O, no clock, no library state; every one can be tested with a table."""
