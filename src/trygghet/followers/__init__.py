"""Residents who follow by mail: they ask, they say yes, they are told, and they are forgotten when they leave."""
