"""Tools that propose changes to what is there."""
