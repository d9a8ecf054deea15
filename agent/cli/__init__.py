"""The command line: `entry` declares the commands, each does its work in the module of its name."""
