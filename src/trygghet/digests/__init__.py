"""Dagens brev: all that is due to one person on one day is one letter, whatever organisations it comes from."""
