"""How calls come in and answers go out: single, in batches, over HTTP or within one process."""
