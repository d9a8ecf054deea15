"""What a run is told before it starts, and the world it takes place in."""
