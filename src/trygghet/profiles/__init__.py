"""How an organisation shows itself to residents: its colour and crest, its council, and how accessible its pages are."""
