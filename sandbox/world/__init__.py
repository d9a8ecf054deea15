"""What is there: the demo accounts, the clock, what delivers, what was written since."""
