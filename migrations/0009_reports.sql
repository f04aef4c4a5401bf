-- Reports through the year: in which form and by which meeting, each party's own rhythms, and the reports that are made and handed in.

ALTER TABLE rhythm DROP CONSTRAINT rhythm_per_check;
ALTER TABLE rhythm ADD CONSTRAINT rhythm_per_check CHECK (per IN ('month', 'quarter', 'tertial', 'half_year', 'year', 'meeting', 'continuous'));
ALTER TABLE rhythm DROP CONSTRAINT rhythm_promise_id_receiver_per_key;
ALTER TABLE rhythm
  ADD COLUMN form text NOT NULL DEFAULT 'written' CHECK (form IN ('written', 'oral', 'figures')),
  ADD COLUMN days_before integer CHECK (days_before >= 0),   -- due so many days before the receiver's meeting, where that is known
  ADD COLUMN organisation_id uuid REFERENCES organisation ON DELETE RESTRICT;   -- whose body the receiver is; NULL: whichever party's has that name
ALTER TABLE rhythm ADD CONSTRAINT rhythm_once UNIQUE NULLS NOT DISTINCT (promise_id, receiver, per, organisation_id);

CREATE TABLE own_rhythm (                 -- a report that one party owes by itself, beside those that the promise names
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  receiver text NOT NULL CHECK (receiver <> ''),
  per text NOT NULL CHECK (per IN ('month', 'quarter', 'tertial', 'half_year', 'year', 'meeting')),
  form text NOT NULL CHECK (form IN ('written', 'oral', 'figures')),
  days_after integer NOT NULL DEFAULT 0 CHECK (days_after >= 0),
  days_before integer CHECK (days_before >= 0),
  planned_for integer NOT NULL DEFAULT 0, -- the promise's version that its duties were planned from
  created_at timestamptz NOT NULL,
  UNIQUE (organisation_id, promise_id, receiver, per)
);
CREATE INDEX own_rhythm_promise ON own_rhythm (promise_id);

CREATE TABLE meeting (                    -- the days on which a body of an organisation meets
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  body text NOT NULL CHECK (body <> ''),  -- KSAU
  held_on date NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX meeting_once ON meeting (organisation_id, lower(body), held_on);

CREATE TABLE report (                     -- what is made for one report that is due; its author's own until it is handed in, and fixed from then on
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  obligation_id uuid REFERENCES obligation ON DELETE SET NULL,  -- a duty may go when a promise or a meeting changes; what was written stays
  own boolean NOT NULL,                   -- of one's own rhythm: the other party never sees it
  title text NOT NULL,                    -- Underlag KSAU kvartal 3 2024
  receiver text NOT NULL,
  form text NOT NULL CHECK (form IN ('written', 'oral', 'figures')),
  period_from date NOT NULL,
  period_until date NOT NULL CHECK (period_until >= period_from),
  due_on date NOT NULL,
  meeting_on date,                        -- the meeting that it is for, where that is known
  parts jsonb NOT NULL,                   -- its sections: what was proposed from the figures, and what people have made of it
  figures jsonb NOT NULL,
  figures_at timestamptz NOT NULL,        -- when they were fetched
  edited_name text NOT NULL,
  edited_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  handed_in_at timestamptz,
  handed_in_name text NOT NULL DEFAULT '',
  handed_in_office text NOT NULL DEFAULT '',
  snapshot text,                          -- canonical JSON of all that it says
  content_hash text CHECK (content_hash = encode(sha256(convert_to(snapshot, 'UTF8')), 'hex')),
  reported_on date,                       -- when the body was told of it, and where that stands in its minutes
  paragraph text NOT NULL DEFAULT '',
  UNIQUE (obligation_id, organisation_id),
  CHECK ((handed_in_at IS NULL) = (snapshot IS NULL) AND (handed_in_at IS NULL) = (content_hash IS NULL)),
  CHECK (handed_in_at IS NOT NULL OR (reported_on IS NULL AND paragraph = ''))
);
CREATE INDEX report_promise ON report (promise_id, period_from);

-- What has been handed in stays what it is. Where it stands in the minutes may be put right; its duty may go; with its promise it goes as a whole.
CREATE FUNCTION report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE may_change text[] := ARRAY['reported_on', 'paragraph', 'obligation_id'];
BEGIN
  IF OLD.handed_in_at IS NULL THEN RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END; END IF;
  IF TG_OP = 'DELETE' THEN
    IF pg_trigger_depth() > 1 THEN RETURN OLD; END IF;
  ELSIF to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change AND (NEW.obligation_id IS NULL OR NEW.obligation_id = OLD.obligation_id) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a report that has been handed in never changes' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON report FOR EACH ROW EXECUTE FUNCTION report_stays();

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON own_rhythm, meeting, report TO trygghet_app, trygghet_system;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['own_rhythm', 'meeting', 'report'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
CREATE POLICY own ON own_rhythm TO trygghet_app USING (
  organisation_id = current_organisation() AND promise_id IN (SELECT a.promise_id FROM access a));
CREATE POLICY own ON meeting TO trygghet_app USING (organisation_id = current_organisation());
-- The parties of a promise see the dates that its rhythms are reckoned from.
CREATE POLICY reckoned_from ON meeting FOR SELECT TO trygghet_app USING (EXISTS (
  SELECT FROM rhythm r JOIN party y ON y.promise_id = r.promise_id
  WHERE y.organisation_id = meeting.organisation_id AND lower(r.receiver) = lower(meeting.body)
    AND (r.organisation_id IS NULL OR r.organisation_id = meeting.organisation_id)));
CREATE POLICY parties_once_handed_in ON report TO trygghet_app USING (
  promise_id IN (SELECT a.promise_id FROM access a) AND (organisation_id = current_organisation() OR (handed_in_at IS NOT NULL AND NOT own)));
CREATE POLICY own_name ON report AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_change ON report AS RESTRICTIVE FOR UPDATE TO trygghet_app USING (organisation_id = current_organisation());
CREATE POLICY own_draft ON report AS RESTRICTIVE FOR DELETE TO trygghet_app USING (organisation_id = current_organisation() AND handed_in_at IS NULL);
-- And a promise that holds, with all that was reported of it, is nobody's to take away.
CREATE POLICY unsigned ON promise AS RESTRICTIVE FOR DELETE TO trygghet_app USING (stage IN ('draft', 'shared', 'agreed'));
