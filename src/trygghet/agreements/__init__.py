"""Two keys: a joint act needs every party's yes to exactly the same content."""
