-- Duties that one organisation has by itself: the law's clock, and a rhythm of its own beside a promise. Years that the parties follow up together.

-- NULL: the promise's parties owe it together. Set: that organisation alone owes it, sees it and is reminded of it.
ALTER TABLE obligation ALTER COLUMN promise_id DROP NOT NULL;
ALTER TABLE obligation ADD COLUMN organisation_id uuid REFERENCES organisation ON DELETE RESTRICT;
ALTER TABLE obligation ADD COLUMN why text NOT NULL DEFAULT '';   -- why it falls on its day, where only its owner's rules know
ALTER TABLE obligation ADD CONSTRAINT obligation_is_somebodys CHECK (promise_id IS NOT NULL OR organisation_id IS NOT NULL);
ALTER TABLE obligation DROP CONSTRAINT obligation_kind_check;
ALTER TABLE obligation ADD CONSTRAINT obligation_kind_check CHECK (kind IN ('follow_up', 'report', 'renewal', 'review', 'activity', 'statute'));
ALTER TABLE obligation DROP CONSTRAINT obligation_promise_id_key_key;
ALTER TABLE obligation ADD CONSTRAINT obligation_one_of_each UNIQUE NULLS NOT DISTINCT (promise_id, organisation_id, key);
CREATE INDEX obligation_owned ON obligation (organisation_id, due_on) WHERE organisation_id IS NOT NULL;
-- A mark on a duty of one's own names no promise: nothing of it may hang on what the other party sees.
ALTER TABLE obligation_mark ALTER COLUMN promise_id DROP NOT NULL;
ALTER TABLE obligation_mark ADD FOREIGN KEY (obligation_id) REFERENCES obligation ON DELETE CASCADE;

-- A follow-up is done when it is signed in its room. What one party alone had marked counts no more; that it did stands in the log.
DELETE FROM obligation_mark m USING obligation o WHERE o.id = m.obligation_id AND o.kind = 'follow_up' AND o.done_at IS NULL;

-- The years that the parties have agreed to follow up together with the year after.
ALTER TABLE promise ADD COLUMN merged_years integer[] NOT NULL DEFAULT '{}';

-- What a municipality has done for the law: one row for each thing, and a correction is a new row.
CREATE TABLE statute_record (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  kind text NOT NULL CHECK (kind IN ('situation', 'plan', 'plan_follow_up', 'agreement', 'council', 'coordinator', 'report', 'rhythm')),
  happened_on date NOT NULL,              -- decided, held, reported; for a rhythm the next day to report
  body text NOT NULL DEFAULT '',          -- the body that decided or met: kommunstyrelsen
  diary_number text NOT NULL DEFAULT '',
  note text NOT NULL DEFAULT '',
  url text NOT NULL DEFAULT '' CHECK (url = '' OR url ~ '^https?://'),
  every_months integer CHECK (every_months IN (1, 3, 4, 6, 12)),
  withdrawn boolean NOT NULL DEFAULT false,   -- a correction that says: this never happened
  corrects_id uuid REFERENCES statute_record ON DELETE RESTRICT,
  person_id uuid NOT NULL REFERENCES person ON DELETE RESTRICT,
  by_name text NOT NULL,
  by_office text NOT NULL,
  form_key uuid NOT NULL,                 -- minted with the form: the same form sent twice is one row
  recorded_at timestamptz NOT NULL,
  UNIQUE (corrects_id), UNIQUE (organisation_id, form_key),
  CHECK ((kind = 'rhythm') = (every_months IS NOT NULL)),
  CHECK (NOT withdrawn OR corrects_id IS NOT NULL)
);
CREATE INDEX statute_record_owner ON statute_record (organisation_id, happened_on);

-- ---------------------------------------------------------------- the second wall
DROP POLICY parties ON obligation;
CREATE POLICY parties_or_owner ON obligation TO trygghet_app USING (
  (organisation_id IS NULL OR organisation_id = current_organisation())
  AND (promise_id IS NULL OR promise_id IN (SELECT a.promise_id FROM access a)));
DROP POLICY parties ON obligation_mark;
CREATE POLICY with_the_duty ON obligation_mark TO trygghet_app USING (EXISTS (SELECT FROM obligation o WHERE o.id = obligation_id));

GRANT SELECT, INSERT, UPDATE, DELETE ON statute_record TO trygghet_app, trygghet_system;
ALTER TABLE statute_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE statute_record FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON statute_record TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY own ON statute_record TO trygghet_app USING (organisation_id = current_organisation());
REVOKE UPDATE, DELETE ON statute_record FROM trygghet_app;
