"""The arguments of calls: their schemas, and how callers are read that do not keep to them."""
