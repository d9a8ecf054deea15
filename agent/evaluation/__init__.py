"""Plays tasks with a model on fresh demo accounts, and judges it by what the account is like in the end and by the answer."""
