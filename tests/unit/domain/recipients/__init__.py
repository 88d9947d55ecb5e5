"""Tests: unit.domain.recipients."""
