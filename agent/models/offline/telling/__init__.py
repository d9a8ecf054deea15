"""From what tools gave to lines that a person reads, and one line that says what was understood."""
