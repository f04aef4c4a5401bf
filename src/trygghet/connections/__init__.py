"""Kopplingar: an organisation's own accounts at channels, their secrets encrypted."""
