"""Tests from outside: a gateway and a user that share no code with the program."""
