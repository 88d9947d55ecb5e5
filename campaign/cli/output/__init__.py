"""What the command line prints: values in, lines out."""
