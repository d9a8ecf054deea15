"""The review: what is read of the account, and how its verdicts are told."""
