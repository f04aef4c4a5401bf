"""Stopp: nothing is published while one stands, of one organisation or of the whole installation. Taking away what is out goes on."""
