-- How often what is done shall be recorded, as the parties have agreed. NULL: they have agreed on no rhythm, and the product's own is counted with.
ALTER TABLE promise ADD COLUMN count_every_days integer CHECK (count_every_days > 0);
