"""What answers the loop: Claude, a server that speaks the Messages API, or the built-in rules."""
