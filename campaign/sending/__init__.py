"""Send a run and follow its statuses: the promise of the program.

`send` hands one chunk over (intent, call, raw answer, outcome, in this order); `retry` tries again
what was certainly not sent; `engine` defines what drives a whole run and why that ends, and
`local_engine` does it in this process, with the only threads of the program (`concurrency`).
`statuses` asks for delivery statuses and for evidence about unknown outcomes, `polling` decides when.
`guards` are the limits that an operator sets before a run is planned.
"""
