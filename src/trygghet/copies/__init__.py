"""Kopior: what went out, as it was shown, and what was put right and taken away. Kept for as long as the promise is."""
