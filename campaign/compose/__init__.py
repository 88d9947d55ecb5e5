"""The only place that wires adapters into steps."""

from campaign.compose.app import App, Ui
from campaign.compose.brief import Brief, Question
from campaign.compose.outcome import Outcome

__all__ = ["App", "Brief", "Outcome", "Question", "Ui"]
