"""What somebody wants by mail, and in which language."""
