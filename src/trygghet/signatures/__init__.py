"""A text shared, agreed on and signed: the parties' acts on a wording, until it takes effect or is withdrawn."""
