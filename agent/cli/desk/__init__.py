"""Commands of the desk: the page, the report, kept conversations, completion."""
