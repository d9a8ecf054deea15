"""adsteward as an MCP server: the same tools, with a person's approval of each change set."""
