"""The commands of standing orders: `schedule`, `work` and `inbox`."""
