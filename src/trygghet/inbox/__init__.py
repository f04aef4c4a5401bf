"""Inkorgen: what has come to somebody, whatever became of the mail."""
