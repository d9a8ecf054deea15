"""The commands of standing orders: `schedule`, `work`, `inbox` and `notify`."""
