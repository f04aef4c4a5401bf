"""What is said beside a text while it is made, and what should stand there instead."""
