"""Överlämnade påminnelser: somebody's reminders go to a colleague for a time."""
