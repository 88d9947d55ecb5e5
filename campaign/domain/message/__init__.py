"""The text: templates, segments, and what is wrong with a text."""
