"""Letters to people because something happened."""
