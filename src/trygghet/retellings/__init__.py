"""A promise retold: in easy Swedish, and in other languages."""
