"""Creatives of the account: read, made, and made anew of what Meta shows of them, which is not what it takes."""
