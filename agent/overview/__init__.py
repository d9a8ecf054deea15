"""What is kept of each account, so that it can be shown at once, with how old it is."""
