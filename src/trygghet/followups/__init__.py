"""The joint follow-up of each year: opened by itself, assessed apart, agreed on together, signed and frozen."""
