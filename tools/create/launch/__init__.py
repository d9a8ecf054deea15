"""Many ads from one file: read, checked whole before anything is sent, and turned into one change set."""
