"""Findings about the set-up: token, page, limits; each says what is wrong and what to do."""
