"""The steps of a campaign, one module each; they meet only in the journal."""
