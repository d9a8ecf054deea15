"""From slots to tool calls: the kinds of requests, what each may hold, and the plan that answers it."""
