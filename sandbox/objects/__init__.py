"""What each kind of object is: its fields, who may see it, and how its values come about."""
