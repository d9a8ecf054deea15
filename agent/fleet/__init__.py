"""Work that nobody starts by hand: standing orders, what is due of them, and what waits for a person over all accounts."""
