"""The tools: they read the account and propose changes; none of them writes. `registry.py` lists them."""
