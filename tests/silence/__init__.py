"""Where nothing has been heard, and the week in ten lines."""
