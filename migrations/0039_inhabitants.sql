-- How many live in a municipality, as it states it itself, and on which day that was counted: what figures per inhabitant are reckoned by.

ALTER TABLE published_organisation
  ADD COLUMN inhabitants integer CHECK (inhabitants > 0),
  ADD COLUMN counted_on date,
  ADD CONSTRAINT inhabitants_have_their_day CHECK ((inhabitants IS NULL) = (counted_on IS NULL));
