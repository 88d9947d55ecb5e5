"""Tests: unit.sending."""
