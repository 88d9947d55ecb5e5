"""Who calls the steps, how many at once, and when to stop: the only threads of the program."""
