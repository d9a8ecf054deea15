"""Tells people elsewhere what happened: Slack, e-mail and whatever else Apprise reaches."""
