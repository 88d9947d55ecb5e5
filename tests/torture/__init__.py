"""The torture set: files as real customers have them, each with what must come out.

`python -m tests.torture make FOLDER` writes them, `python -m tests.torture run` shows what campaign
makes of each, `python -m tests.torture scoreboard` compares that with pandas and frictionless. The
expectations come from what the writer of each file meant, never from what the program does.
"""
