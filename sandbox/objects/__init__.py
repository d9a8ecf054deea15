"""What each kind of object is: its fields, who asks and may see it, and how its values come about."""
