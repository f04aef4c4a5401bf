"""Reports through the year to bodies as KSAU and BRÅ: made from the facts, written in, handed in, and kept with where they stand in the minutes."""
