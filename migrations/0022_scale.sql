-- What keeps the ledger as quick with ten million reminders ahead as with a thousand: nothing that is done at each tick, or for one promise,
-- may read the whole of it.

CREATE INDEX delivery_promise ON delivery (promise_id, due_at) WHERE promise_id IS NOT NULL;
CREATE INDEX delivery_after ON delivery (after_id) WHERE after_id IS NOT NULL;   -- asked for whenever a row is deleted
CREATE INDEX delivery_follower ON delivery (after_id) WHERE state = 'planned' AND after_id IS NOT NULL;
CREATE INDEX delivery_unclear ON delivery (id) WHERE state = 'unclear';          -- few; handed_out_until is in no index, so stamping it moves nothing
ALTER TABLE delivery SET (fillfactor = 85);             -- room on its page for the row that has been stamped

-- An organisation's duties: those that its promises' parties owe together, and its own. In a query's FROM it is taken apart like a view.
CREATE FUNCTION duties_of(organisation uuid) RETURNS SETOF obligation LANGUAGE sql STABLE AS $$
  SELECT o.* FROM access a JOIN obligation o ON o.promise_id = a.promise_id AND o.organisation_id IS NULL WHERE a.organisation_id = $1
  UNION ALL SELECT o.* FROM obligation o WHERE o.organisation_id = $1
$$;
