"""Indikatorer: values over years from surveys and statistics, drawn beside the goals that they belong to."""
