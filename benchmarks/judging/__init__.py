"""Accounts made from price, click rate and conversion rate, what is measured on them, and who knows the most."""
