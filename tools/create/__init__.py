"""Tools that propose something new, always PAUSED."""
