"""Tools that read and judge."""
