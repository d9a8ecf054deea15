"""Webhooks: received, kept, looked at."""
