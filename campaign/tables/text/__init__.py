"""CSV, TSV and text files."""
