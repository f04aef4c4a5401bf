"""What an organisation sees first: what it owes, how its promises stand, and whether residents were told."""
