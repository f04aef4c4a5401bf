"""The text of a promise while it is written, and every text it has had."""
