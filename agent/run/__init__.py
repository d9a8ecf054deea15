"""A request from its words to its report: the loop, the tools of a turn, and what is kept of it."""
