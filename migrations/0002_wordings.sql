-- A promise from first draft to signed, changed and ended: its wordings, what is said about them, and the log of every act.

-- ---------------------------------------------------------------- what a promise holds
-- Unsigned, a promise has no days of its own yet: what somebody has typed so far stands in its wording.
ALTER TABLE promise ALTER COLUMN valid_from DROP NOT NULL;
DO $$
DECLARE c text;
BEGIN
  SELECT conname INTO STRICT c FROM pg_constraint
  WHERE conrelid = 'promise'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%valid_until IS NOT NULL%review_on IS NOT NULL%';
  EXECUTE format('ALTER TABLE promise DROP CONSTRAINT %I', c);
END $$;
ALTER TABLE promise ADD CONSTRAINT promise_days CHECK (
  stage IN ('draft', 'shared') OR (valid_from IS NOT NULL AND (valid_until IS NOT NULL OR review_on IS NOT NULL)));
ALTER TABLE promise
  ADD COLUMN follows_id uuid REFERENCES promise ON DELETE SET NULL,       -- the promise that it is the successor of
  ADD COLUMN concerns_id uuid REFERENCES organisation ON DELETE RESTRICT; -- the municipality that the police's promise alone is for
CREATE INDEX promise_follows ON promise (follows_id);

ALTER TABLE party ADD COLUMN signed_at timestamptz, ADD COLUMN content_hash text NOT NULL DEFAULT '';  -- signed in the product

CREATE TABLE contact (                    -- whom residents and the other party may turn to
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  position integer NOT NULL,
  organisation_id uuid REFERENCES organisation ON DELETE RESTRICT,
  office text NOT NULL DEFAULT '',
  name text NOT NULL DEFAULT '',
  phone text NOT NULL DEFAULT '',
  email text NOT NULL DEFAULT '',
  UNIQUE (promise_id, position)
);
GRANT INSERT ON contact TO trygghet_system;
SET LOCAL ROLE trygghet_system;           -- the walls are up also for who owns the tables
INSERT INTO contact (promise_id, position, office, name, phone, email)
  SELECT p.id, 0, p.contact_office, p.contact_name, p.contact_phone, p.contact_email FROM promise p
  WHERE p.contact_office || p.contact_name || p.contact_phone || p.contact_email <> '';
RESET ROLE;
ALTER TABLE promise DROP COLUMN contact_office, DROP COLUMN contact_name, DROP COLUMN contact_phone, DROP COLUMN contact_email;
SET LOCAL ROLE trygghet_system;
UPDATE published_promise SET content = content - 'contact' || jsonb_build_object('contacts',
  CASE WHEN content -> 'contact' = '{"office": "", "name": "", "phone": "", "email": ""}' THEN '[]'
       ELSE jsonb_build_array(content -> 'contact' || '{"organisation": ""}') END);
RESET ROLE;

CREATE TABLE promise_version (            -- what all parties have signed, text by text, and why; only ever added to
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  number integer NOT NULL CHECK (number >= 1),
  kind text NOT NULL CHECK (kind IN ('first', 'change', 'extension', 'early_end')),
  reason text NOT NULL DEFAULT '',
  signed_on date,                         -- when the last party signed; unknown for some old promises
  valid_until date,
  UNIQUE (promise_id, number)
);
GRANT INSERT ON promise_version TO trygghet_system;
SET LOCAL ROLE trygghet_system;
INSERT INTO promise_version (promise_id, number, kind, signed_on, valid_until)
  SELECT p.id, p.version, 'first', (SELECT CASE WHEN bool_and(y.signed_on IS NOT NULL) THEN max(y.signed_on) END FROM party y WHERE y.promise_id = p.id),
         p.valid_until FROM promise p;
RESET ROLE;

CREATE TABLE source (                     -- what the promise builds on
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  position integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('situation', 'dialogue', 'staff_dialogue', 'survey', 'statistics', 'other')),
  title text NOT NULL,
  held_on date,
  place text NOT NULL DEFAULT '',
  participants integer CHECK (participants >= 0),              -- n
  response_rate numeric(4, 1) CHECK (response_rate BETWEEN 0 AND 100),  -- percent
  note text NOT NULL DEFAULT '',
  UNIQUE (promise_id, position)
);

ALTER TABLE focus_area ADD COLUMN problem text NOT NULL DEFAULT '', ADD COLUMN cause text NOT NULL DEFAULT '';
-- How a goal or an activity is measured: counted, by an indicator, done or not done, or told in words; '' says nothing.
ALTER TABLE goal
  ADD COLUMN measure text NOT NULL DEFAULT '' CHECK (measure IN ('', 'count', 'indicator', 'yes_no', 'narrative')),
  ADD COLUMN at_least integer CHECK (at_least >= 1),
  ADD COLUMN per text NOT NULL DEFAULT 'period' CHECK (per IN ('day', 'week', 'month', 'quarter', 'year', 'period')),
  ADD COLUMN unit text NOT NULL DEFAULT '',
  ADD COLUMN places text[] NOT NULL DEFAULT '{}',
  ADD COLUMN indicator jsonb;             -- name, unit, baseline, baseline_on, direction, level, level_on
ALTER TABLE activity
  ADD COLUMN organisation_id uuid REFERENCES organisation ON DELETE RESTRICT,   -- the party that answers for it
  ADD COLUMN measure text NOT NULL DEFAULT 'count' CHECK (measure IN ('', 'count', 'indicator', 'yes_no', 'narrative')),
  ADD COLUMN places text[] NOT NULL DEFAULT '{}',   -- the number is owed at each of them
  ADD COLUMN indicator jsonb,
  ADD COLUMN removed_in integer;          -- the version that took it away; what was counted stays
ALTER TABLE outcome ADD COLUMN place text NOT NULL DEFAULT '';
ALTER TABLE definition ADD COLUMN position integer NOT NULL DEFAULT 0;

-- ---------------------------------------------------------------- the text, while it is made and for ever after
CREATE TABLE wording (                    -- one text of a promise: the first one, or a change of what was signed
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  number integer NOT NULL CHECK (number >= 1),          -- becomes the promise's version when all have signed
  kind text NOT NULL CHECK (kind IN ('first', 'change', 'extension', 'early_end')),
  reason text NOT NULL DEFAULT '',        -- what residents read about why it was changed
  manuscript jsonb NOT NULL,
  content_hash text NOT NULL,             -- SHA-256 of manuscript, number, kind and reason
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,  -- who began it
  shared_at timestamptz,                  -- NULL: that organisation alone sees it
  signed_at timestamptz,                  -- all have signed: it never changes again
  withdrawn_at timestamptz,
  withdrawn_why text NOT NULL DEFAULT '',
  edits integer NOT NULL DEFAULT 0,       -- raised by every change, so that a reader can tell old from new
  edited_by uuid REFERENCES person ON DELETE RESTRICT,  -- whose sitting it is
  edited_for uuid REFERENCES organisation ON DELETE RESTRICT,
  edited_name text NOT NULL DEFAULT '',
  edited_office text NOT NULL DEFAULT '',
  edited_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (promise_id, id)
);
CREATE UNIQUE INDEX wording_one_open ON wording (promise_id) WHERE signed_at IS NULL AND withdrawn_at IS NULL;
CREATE UNIQUE INDEX wording_signed_number ON wording (promise_id, number) WHERE signed_at IS NOT NULL;

CREATE TABLE wording_revision (           -- the text as it stood when a sitting ended or somebody acted on it
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL,
  wording_id uuid NOT NULL,
  number integer NOT NULL CHECK (number >= 1),
  reason text NOT NULL DEFAULT '',
  manuscript jsonb NOT NULL,
  content_hash text NOT NULL,
  shared boolean NOT NULL,                -- kept while the text was shared: the parties may read it
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  by_name text NOT NULL,
  by_office text NOT NULL,
  at timestamptz NOT NULL,                -- when it was last edited
  UNIQUE (wording_id, number),
  FOREIGN KEY (promise_id, wording_id) REFERENCES wording (promise_id, id) ON DELETE CASCADE
);

CREATE TABLE comment (                    -- said beside a part of the text; with `field`, a suggestion of what should stand there
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL,
  wording_id uuid NOT NULL,
  part_id uuid NOT NULL,                  -- of the manuscript; the part may be gone by now
  body text NOT NULL,
  field text NOT NULL DEFAULT '',
  was text NOT NULL DEFAULT '',
  suggested text NOT NULL DEFAULT '',
  shared boolean NOT NULL,                -- said after the text was shared; what was said before stays at home
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  person_id uuid NOT NULL REFERENCES person ON DELETE RESTRICT,
  by_name text NOT NULL,
  by_office text NOT NULL,
  at timestamptz NOT NULL,
  settled_at timestamptz,                 -- answered, taken in or set aside
  settled_how text NOT NULL DEFAULT '' CHECK (settled_how IN ('', 'done', 'taken', 'declined')),
  settled_by text NOT NULL DEFAULT '',
  form_key uuid NOT NULL,
  UNIQUE (organisation_id, form_key),
  FOREIGN KEY (promise_id, wording_id) REFERENCES wording (promise_id, id) ON DELETE CASCADE
);
CREATE INDEX comment_wording ON comment (wording_id, at);

-- Both kinds of key turn on a wording: the approval and, with the password once more, the signature.
ALTER TABLE approval DROP CONSTRAINT approval_subject_kind_check;
ALTER TABLE approval ADD CONSTRAINT approval_subject_kind_check CHECK (subject_kind IN ('status_update', 'wording', 'signature'));
DROP INDEX approval_one_key_per_party;
DROP INDEX approval_nobody_turns_both_keys;
CREATE UNIQUE INDEX approval_one_key_per_party ON approval (subject_id, subject_kind, organisation_id) WHERE fell_at IS NULL;
CREATE UNIQUE INDEX approval_nobody_turns_both_keys ON approval (subject_id, subject_kind, person_id) WHERE fell_at IS NULL;
CREATE INDEX approval_promise_person ON approval (promise_id, person_id);

-- ---------------------------------------------------------------- the log: one chain for each promise
CREATE TABLE event (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL,               -- no reference: the log outlives what it tells of
  seq integer NOT NULL CHECK (seq >= 1),
  at timestamptz NOT NULL,
  organisation_id uuid NOT NULL,          -- for whom
  person_id uuid,                         -- NULL: the system acted, on behalf of that organisation
  person_name text NOT NULL,
  office text NOT NULL,
  act text NOT NULL,                      -- wording.shared, update.approved, outcome.recorded …
  subject_id uuid,
  version text NOT NULL DEFAULT '',       -- which text: "1.4" is the first wording's fourth revision
  content_hash text NOT NULL DEFAULT '',
  words jsonb NOT NULL DEFAULT '{}',      -- what else fills the sentence
  shared boolean NOT NULL,                -- false: concerns that organisation's own doings and is seen by it alone
  previous_hash text NOT NULL,
  hash text NOT NULL,                     -- SHA-256 of everything above, the previous hash included
  UNIQUE (promise_id, seq)
);
CREATE TABLE event_head (                 -- how far each chain has come, so that a missing end is noticed too
  promise_id uuid PRIMARY KEY,
  seq integer NOT NULL,
  hash text NOT NULL
);

CREATE TABLE diary_number (               -- each party's own registration number of the matter
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  number text NOT NULL,
  at timestamptz NOT NULL,
  UNIQUE (promise_id, organisation_id)
);

ALTER TABLE delivery DROP CONSTRAINT delivery_kind_check;
ALTER TABLE delivery ADD CONSTRAINT delivery_kind_check CHECK (kind IN ('reminder', 'publication', 'notice', 'invitation'));
ALTER TABLE delivery ADD COLUMN words jsonb NOT NULL DEFAULT '{}';   -- what a notice says: its lines, its link

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON contact, promise_version, source, wording, wording_revision, comment, event, event_head, diary_number
  TO trygghet_app, trygghet_system;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['contact', 'promise_version', 'source', 'wording', 'wording_revision', 'comment', 'event', 'event_head', 'diary_number'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['contact', 'promise_version', 'source', 'event_head', 'diary_number'] LOOP
    EXECUTE format('CREATE POLICY parties ON %I TO trygghet_app USING (promise_id IN (SELECT a.promise_id FROM access a))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['wording_revision', 'comment', 'event'] LOOP
    EXECUTE format($p$CREATE POLICY parties_once_shared ON %I TO trygghet_app USING (
      promise_id IN (SELECT a.promise_id FROM access a) AND (organisation_id = current_organisation() OR shared))$p$, t);
    IF t <> 'wording_revision' THEN   -- whoever edits next keeps the other's text first
      EXECUTE format('CREATE POLICY own_name ON %I AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation())', t);
    END IF;
  END LOOP;
END $$;
CREATE POLICY parties_once_shared ON wording TO trygghet_app USING (
  promise_id IN (SELECT a.promise_id FROM access a) AND (organisation_id = current_organisation() OR shared_at IS NOT NULL));
CREATE POLICY own_name ON wording AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
-- What all have signed never changes, and what has been shared never vanishes.
CREATE POLICY unsigned ON wording AS RESTRICTIVE FOR UPDATE TO trygghet_app USING (signed_at IS NULL) WITH CHECK (true);
CREATE POLICY private ON wording AS RESTRICTIVE FOR DELETE TO trygghet_app USING (shared_at IS NULL);
CREATE POLICY own_word ON diary_number AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_change ON diary_number AS RESTRICTIVE FOR UPDATE TO trygghet_app USING (organisation_id = current_organisation());
CREATE POLICY own_end ON diary_number AS RESTRICTIVE FOR DELETE TO trygghet_app USING (organisation_id = current_organisation());
REVOKE UPDATE, DELETE ON promise_version, wording_revision, event FROM trygghet_app;
-- The log grows by what an organisation does, in its own name; the system itself only reads it.
REVOKE INSERT, UPDATE, DELETE ON event, event_head FROM trygghet_system;
REVOKE DELETE ON event_head FROM trygghet_app;
REVOKE UPDATE, DELETE ON comment FROM trygghet_app;
GRANT UPDATE (settled_at, settled_how, settled_by) ON comment TO trygghet_app;
