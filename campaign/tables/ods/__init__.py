"""Workbooks of LibreOffice."""
