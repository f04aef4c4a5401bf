"""Which organisations there are, and which municipalities a police area covers, from when to when."""
