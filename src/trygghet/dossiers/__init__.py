"""A promise as a document to sign, and everything about it as one file to keep."""
