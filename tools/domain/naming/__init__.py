"""What the names mean that people use instead of ids."""
