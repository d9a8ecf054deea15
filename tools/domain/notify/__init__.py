"""Whom messages are for, as a brand file says it."""
