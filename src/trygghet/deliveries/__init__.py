"""Utskick: the one way out of the building. The row is the job: planned once, handed out, claimed, sent, settled."""
