"""Tests: unit.gateways."""
