"""The send protocol as a small world whose every state is visited."""
