"""What is known of a change set when it is proposed: what it costs, and what else waits."""
