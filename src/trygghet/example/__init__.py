"""The example: five promises, a clock of its own, and a catcher for all that is sent. Nothing here is loaded outside the example mode."""
