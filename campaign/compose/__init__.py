"""The only place that wires adapters into steps."""
