"""Kanariefågeln: each night the real chain sends a letter and publishes to a page of its own; red by morning when the proof is not back."""
