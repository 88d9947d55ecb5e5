"""Workbooks of Excel until 2003."""
