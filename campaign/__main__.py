"""`python -m campaign` is the command `campaign`."""

from campaign.cli import entry_point

if __name__ == "__main__":
    entry_point()
