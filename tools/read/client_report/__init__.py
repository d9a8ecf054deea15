"""The report that a client gets: one file with figures, charts, what was changed and why, and what is proposed."""
