"""Receives what Meta tells of accounts by webhook, and queues a look at it."""
