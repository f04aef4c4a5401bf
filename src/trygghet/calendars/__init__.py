"""Kalendrar: what is owed, and what residents may wait for, in the calendars that people already have."""
