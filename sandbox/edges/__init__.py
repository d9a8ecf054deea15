"""What can be read from and written to each object, and what Meta checks before."""
