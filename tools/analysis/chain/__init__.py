"""The chain behind a cost per result: price and click rate as they are now, from the days of each ad among the others."""
