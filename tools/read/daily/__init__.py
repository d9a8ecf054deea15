"""The daily check: reads, problems, and the lines of its answer."""
