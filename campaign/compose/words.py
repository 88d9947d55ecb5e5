"""Text for people, handed through from where it is made safe."""

from campaign.adapters.reports.safe import visible

__all__ = ["visible"]
