"""In front of everything: answers to residents are kept in memory while they are true, sent small, and refused early when too many ask."""
