"""Installationen: whose database this is. A restored backup or a copy that is tried out somewhere else never speaks."""
