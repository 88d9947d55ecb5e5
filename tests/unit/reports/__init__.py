"""Tests: unit.reports."""
