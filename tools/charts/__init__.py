"""Charts as picture files."""
