"""Where nothing has been heard for longer than was agreed, and the week in ten lines for those who lead."""
