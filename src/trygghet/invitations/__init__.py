"""Invitations: a letter with a link that lets one person into one office, once."""
