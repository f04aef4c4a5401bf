"""Kanaler: an organisation's own rooms in Teams and Slack, where it says each morning what waits."""
