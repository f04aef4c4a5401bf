-- When a promise ends: what takes over from it.

-- Where a promise holds: its municipalities, or the one that the police's promise alone is for.
CREATE FUNCTION places(p promise) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT y.organisation_id FROM party y WHERE y.promise_id = p.id AND y.side = 'municipality' UNION SELECT p.concerns_id WHERE p.concerns_id IS NOT NULL
$$;

-- Whether a signed promise goes on where another ends: it begins after that one began, and holds when that one does no more.
CREATE FUNCTION outlasts(later promise, earlier promise) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT later.id <> earlier.id AND later.stage IN ('signed', 'ended_early', 'replaced') AND later.valid_from > earlier.valid_from
    AND (later.valid_until IS NULL OR later.valid_until > earlier.valid_until)
$$;

-- The one rule for what has taken over from a promise; all that asks whether its end still needs somebody asks this. It is the signed promise
-- that was written to follow it, or else one that outlasts it, as soon as every one of its municipalities has such a one.
CREATE FUNCTION successor(p promise) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT s.id FROM promise s
  WHERE (s.follows_id = p.id AND s.stage IN ('signed', 'ended_early', 'replaced'))
     OR (outlasts(s, p) AND EXISTS (SELECT FROM places(p) m WHERE m IN (SELECT places(s)))
         AND NOT EXISTS (SELECT FROM places(p) m
                         WHERE NOT EXISTS (SELECT FROM promise x WHERE outlasts(x, p) AND m IN (SELECT places(x)))))
  ORDER BY s.follows_id = p.id DESC NULLS LAST, s.valid_from, s.id LIMIT 1
$$;

-- Since when that is so: the day it was signed here, or was entered as signed already.
CREATE FUNCTION taken_over_at(p promise) RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT w.signed_at FROM wording w WHERE w.promise_id = s.id AND w.number = 1 AND w.signed_at IS NOT NULL), s.created_at)
  FROM promise s WHERE s.id = successor(p)
$$;

-- What was done to the texts in the making is asked for on every first page.
CREATE INDEX event_subject ON event (subject_id);
