-- Calendars that people subscribe to. What has changed and what is cancelled is carried to them (RFC 5545, 3.8.7.4 and 3.8.1.11), so both are kept.

ALTER TABLE obligation
  ADD COLUMN sequence integer NOT NULL DEFAULT 0,                 -- how often what a calendar shows of it has changed
  ADD COLUMN changed_at timestamptz NOT NULL DEFAULT 'epoch';     -- when that last happened; who writes the row says what time it is

CREATE TABLE cancelled_obligation (       -- a duty that there is no more because a promise or a meeting changed
  id uuid PRIMARY KEY,                    -- the duty's own id
  promise_id uuid REFERENCES promise ON DELETE CASCADE,
  organisation_id uuid REFERENCES organisation ON DELETE CASCADE,   -- as of the duty: NULL is the parties' together
  title text NOT NULL,
  due_on date NOT NULL,
  sequence integer NOT NULL,
  cancelled_at timestamptz NOT NULL,
  CHECK (promise_id IS NOT NULL OR organisation_id IS NOT NULL)
);
CREATE INDEX cancelled_obligation_promise ON cancelled_obligation (promise_id, cancelled_at);
CREATE INDEX cancelled_obligation_owned ON cancelled_obligation (organisation_id, cancelled_at) WHERE organisation_id IS NOT NULL;

CREATE TABLE calendar_address (           -- the end of somebody's own address is made of id and nonce with SECRET_KEY; it is never stored
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person_id uuid NOT NULL UNIQUE REFERENCES person ON DELETE CASCADE,
  nonce bytea NOT NULL,                   -- new when they ask for it, so that the address before opens nothing
  renewed_at timestamptz NOT NULL
);

-- The days of a promise as residents' calendars have had them: [{"key", "day", "title", "done", "cancelled", "sequence", "changed_at"}, …]
ALTER TABLE published_promise ADD COLUMN calendar jsonb NOT NULL DEFAULT '[]';

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT ON cancelled_obligation TO trygghet_app;     -- what was cancelled stays so
GRANT SELECT, INSERT, UPDATE, DELETE ON cancelled_obligation, calendar_address TO trygghet_system;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['cancelled_obligation', 'calendar_address'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
CREATE POLICY parties_or_owner ON cancelled_obligation TO trygghet_app USING (
  (organisation_id IS NULL OR organisation_id = current_organisation())
  AND (promise_id IS NULL OR promise_id IN (SELECT a.promise_id FROM access a)));

-- ---------------------------------------------------------------- what counts as a change
SET LOCAL ROLE trygghet_system;           -- the walls are up also for who owns the tables
UPDATE obligation o SET changed_at = greatest(o.done_at,
  coalesce((SELECT p.updated_at FROM promise p WHERE p.id = o.promise_id), (SELECT g.created_at FROM organisation g WHERE g.id = o.organisation_id)));
RESET ROLE;

-- Its day, its name and whether it is done. Nothing else moves the number, and nobody sets it by hand.
CREATE FUNCTION obligation_counts_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.title, NEW.due_on, NEW.done_at IS NULL) IS DISTINCT FROM (OLD.title, OLD.due_on, OLD.done_at IS NULL) THEN
    NEW.sequence := OLD.sequence + 1;
  ELSE
    NEW.sequence := OLD.sequence;
    NEW.changed_at := OLD.changed_at;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER counts_changes BEFORE UPDATE ON obligation FOR EACH ROW EXECUTE FUNCTION obligation_counts_changes();

-- Of a published promise: its first and last day, its review, and the joint follow-ups. A year that was extended after it had been followed up has two.
CREATE FUNCTION published_days(p published_promise) RETURNS TABLE (key text, day date, done boolean) LANGUAGE sql STABLE AS $$
  SELECT 'first', p.valid_from, false
  UNION ALL SELECT 'last', p.valid_until, false WHERE p.valid_until IS NOT NULL
  UNION ALL SELECT 'review', (p.content ->> 'review_on')::date, false WHERE p.content ->> 'review_on' IS NOT NULL
  UNION ALL SELECT 'follow_up:' || g.year || CASE WHEN g.number > 1 THEN ':' || g.number ELSE '' END, g.due_on, g.done
    FROM (SELECT f ->> 'year' AS year, (f ->> 'due_on')::date AS due_on, f ->> 'done_on' IS NOT NULL AS done,
                 row_number() OVER (PARTITION BY f ->> 'year' ORDER BY f ->> 'due_on') AS number
          FROM jsonb_array_elements(coalesce(p.content -> 'follow_ups', '[]')) f) g
$$;
CREATE FUNCTION published_promise_keeps_days() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before jsonb := CASE WHEN TG_OP = 'UPDATE' THEN OLD.calendar ELSE '[]' END;
BEGIN
  NEW.calendar := (
    SELECT coalesce(jsonb_agg(CASE WHEN was @> is_now THEN was ELSE coalesce(was, '{}') || is_now || jsonb_build_object(
             'sequence', coalesce((was ->> 'sequence')::integer + 1, 0), 'changed_at', NEW.changed_at) END ORDER BY is_now ->> 'key'), '[]')
    FROM (SELECT b.was, jsonb_build_object(
            'key', coalesce(d.key, b.was ->> 'key'), 'day', coalesce(d.day, (b.was ->> 'day')::date), 'title', coalesce(NEW.content ->> 'title', ''),
            'done', coalesce(d.done, false), 'cancelled', d.key IS NULL) AS is_now
          FROM published_days(NEW) d FULL JOIN (SELECT was FROM jsonb_array_elements(before) was) b ON b.was ->> 'key' = d.key) days);
  RETURN NEW;
END $$;
CREATE TRIGGER keeps_days BEFORE INSERT OR UPDATE ON published_promise FOR EACH ROW EXECUTE FUNCTION published_promise_keeps_days();
SET LOCAL ROLE trygghet_system;
UPDATE published_promise SET changed_at = changed_at;
RESET ROLE;
