"""The residents' pages and feeds: they read what was published, and nothing else."""
