"""Everything between a proposed change and the account: judged, approved, journalled, sent, looked at."""
