"""Bulk SMS campaigns from a spreadsheet: nobody twice, nobody skipped, a report workbook back."""

__version__ = "0.1.0"
