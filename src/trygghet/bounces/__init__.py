"""Studsar: mail that comes back, what it says of an address, and who gets the reminder instead."""
