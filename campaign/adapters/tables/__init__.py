"""Readers of recipients files: every cell is text, no type is ever guessed."""
