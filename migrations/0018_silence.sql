-- How often what is done shall be recorded, as the parties have agreed. NULL: they have agreed on no rhythm, and the product's own is counted with.
ALTER TABLE promise ADD COLUMN count_every_days integer CHECK (count_every_days > 0);

-- What a promise's silence is reckoned from; all that says that a promise is quiet asks these. Each sees what its caller may see.
CREATE FUNCTION last_told_at(p promise) RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT (SELECT max(u.published_at) FROM status_update u WHERE u.promise_id = p.id AND u.withdrawn_at IS NULL) $$;

-- When, not of what day: whoever records in October what was done in May has been heard in October. What was corrected counts by its correction.
CREATE FUNCTION last_counted_at(p promise) RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT (SELECT o.recorded_at FROM outcome o WHERE o.promise_id = p.id AND o.amount > 0
             AND NOT EXISTS (SELECT FROM outcome n WHERE n.corrects_id = o.id) ORDER BY o.recorded_at DESC LIMIT 1) $$;
CREATE INDEX outcome_recorded ON outcome (promise_id, recorded_at);

-- Whether anything remains to be counted: a number owed once, over the whole time, is done when it is reached; all else goes on to the last day.
CREATE FUNCTION still_counts(p promise) RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT EXISTS (SELECT FROM activity t WHERE t.promise_id = p.id AND t.removed_in IS NULL AND t.measure IN ('count', '')
       AND (t.per <> 'period' OR t.at_least IS NULL OR t.at_least * greatest(cardinality(t.places), 1) >
         (SELECT coalesce(sum(o.amount), 0) FROM outcome o WHERE o.activity_id = t.id AND NOT EXISTS (SELECT FROM outcome n WHERE n.corrects_id = o.id)))) $$;

CREATE FUNCTION first_signed_on(p promise) RETURNS date LANGUAGE sql STABLE AS
  $$ SELECT (SELECT v.signed_on FROM promise_version v WHERE v.promise_id = p.id AND v.kind = 'first' ORDER BY v.number LIMIT 1) $$;

-- What somebody did for a party in a promise, that the other parties may know of. What the system did in its name is no act of its own.
CREATE FUNCTION last_acted_at(promise uuid, party uuid) RETURNS timestamptz LANGUAGE sql STABLE AS
  $$ SELECT (SELECT e.at FROM event e WHERE e.promise_id = $1 AND e.organisation_id = $2 AND e.shared AND e.person_id IS NOT NULL
             ORDER BY e.at DESC LIMIT 1) $$;
CREATE INDEX event_party ON event (promise_id, organisation_id, at);
CREATE INDEX event_office ON event (organisation_id, office, at);

-- Reminders that nobody could get, by what they were about.
CREATE INDEX delivery_unheard ON delivery (obligation_id) WHERE kind = 'reminder' AND state = 'skipped';
