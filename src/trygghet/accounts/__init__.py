"""Kopplingar: the pages where an organisation connects its accounts, and what is done so that they keep working."""
