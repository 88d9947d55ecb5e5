"""Tests: unit.i18n."""
