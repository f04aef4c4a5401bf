-- The whole first schema. Two walls stand between tenants: every store function takes the organisation,
-- and every table below carries row level security for a role that owns nothing.

-- Roles are global to the server, so several databases of one server share them.
DO $$ BEGIN CREATE ROLE trygghet_app NOLOGIN NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE trygghet_system NOLOGIN NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE trygghet_site NOLOGIN NOBYPASSRLS; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
  IF NOT pg_has_role(current_user, 'trygghet_app', 'MEMBER') OR NOT pg_has_role(current_user, 'trygghet_system', 'MEMBER')
     OR NOT pg_has_role(current_user, 'trygghet_site', 'MEMBER') THEN
    EXECUTE format('GRANT trygghet_app, trygghet_system, trygghet_site TO %I', current_user);
  END IF;
END $$;

-- The organisation of the unit of work. After a first SET LOCAL the setting reads '' and not NULL.
CREATE FUNCTION current_organisation() RETURNS uuid LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('app.organisation', true), '')::uuid $$;

CREATE TABLE organisation (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text NOT NULL,                     -- Åmåls kommun
  short_name text NOT NULL,               -- Åmål
  kind text NOT NULL CHECK (kind IN ('municipality', 'police', 'other')),
  code text CHECK (code ~ '^[0-9]{4}$'),  -- SCB's municipal code is text: 0765 has a leading zero
  created_at timestamptz NOT NULL
);

CREATE TABLE area_membership (            -- which municipalities an LPO covers, and when
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  police_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  municipality_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  from_on date NOT NULL,
  until_on date CHECK (until_on >= from_on),
  UNIQUE (police_id, municipality_id, from_on)
);

CREATE TABLE person (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  name text NOT NULL,
  password_hash text NOT NULL,
  language text NOT NULL DEFAULT 'sv' CHECK (language IN ('sv', 'en')),
  created_at timestamptz NOT NULL
);

CREATE TABLE member (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  person_id uuid NOT NULL REFERENCES person ON DELETE RESTRICT,
  role text NOT NULL CHECK (role IN ('leader', 'coordinator', 'reporter', 'administrator')),
  office text NOT NULL,                   -- Säkerhetsstrateg
  until_on date,                          -- last day, inclusive; NULL while it lasts
  created_at timestamptz NOT NULL,
  UNIQUE (organisation_id, person_id)
);
CREATE INDEX member_person ON member (person_id);

CREATE TABLE session (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  token_hash bytea NOT NULL UNIQUE,       -- SHA-256 of the cookie; the cookie itself is never stored
  person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  agent text NOT NULL,
  created_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL
);
CREATE INDEX session_person ON session (person_id);

CREATE TABLE sign_in_attempt (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  key text NOT NULL,                      -- a hash of 'account:…' or 'address:…', never the thing itself
  at timestamptz NOT NULL
);
CREATE INDEX sign_in_attempt_key ON sign_in_attempt (key, at);

CREATE TABLE promise (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  title text NOT NULL,
  area_name text NOT NULL,                -- Åmål
  oath text NOT NULL,                     -- what is promised, in one or two sentences
  valid_from date NOT NULL,
  valid_until date CHECK (valid_until >= valid_from),      -- inclusive
  review_on date CHECK (review_on >= valid_from),
  stage text NOT NULL CHECK (stage IN ('draft', 'shared', 'agreed', 'signed', 'ended_early', 'replaced')),
  version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
  tell_every_days integer CHECK (tell_every_days > 0),     -- agreed rhythm of updates to residents
  contact_office text NOT NULL DEFAULT '',
  contact_name text NOT NULL DEFAULT '',
  contact_phone text NOT NULL DEFAULT '',
  contact_email text NOT NULL DEFAULT '',
  told_through text NOT NULL DEFAULT '',  -- how residents hear of it, as the promise says
  page_updated_on date,
  created_by uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK (valid_until IS NOT NULL OR review_on IS NOT NULL)
);

-- Who may see a promise: its author alone until it is shared. The policies of all that hangs on a promise ask this table.
CREATE TABLE access (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  since timestamptz NOT NULL,
  UNIQUE (promise_id, organisation_id)
);
CREATE INDEX access_organisation ON access (organisation_id, promise_id);

-- Who promises.
CREATE TABLE party (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  side text NOT NULL CHECK (side IN ('municipality', 'police', 'other')),
  signatory_name text NOT NULL DEFAULT '',
  signatory_office text NOT NULL DEFAULT '',
  signed boolean NOT NULL DEFAULT false,
  signed_on date,                         -- unknown for some old promises
  UNIQUE (promise_id, organisation_id)
);

CREATE TABLE promise_text (               -- the promise's own chapters: situation, background, cooperation …
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  position integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('situation', 'background', 'direction', 'cooperation', 'follow_up', 'other')),
  heading text NOT NULL,
  body text NOT NULL,
  UNIQUE (promise_id, position)
);
CREATE TABLE definition (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  term text NOT NULL,
  meaning text NOT NULL,
  UNIQUE (promise_id, term)
);
CREATE TABLE link (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  position integer NOT NULL,
  title text NOT NULL,
  url text NOT NULL CHECK (url ~ '^https?://'),
  UNIQUE (promise_id, position)
);
CREATE TABLE focus_area (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  position integer NOT NULL,
  title text NOT NULL,
  body text NOT NULL DEFAULT '',
  UNIQUE (promise_id, position), UNIQUE (promise_id, id)
);
CREATE TABLE goal (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  focus_area_id uuid,
  position integer NOT NULL,
  title text NOT NULL,
  body text NOT NULL DEFAULT '',
  UNIQUE (promise_id, position), UNIQUE (promise_id, id),
  FOREIGN KEY (promise_id, focus_area_id) REFERENCES focus_area (promise_id, id) ON DELETE CASCADE
);
CREATE TABLE activity (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  focus_area_id uuid,
  goal_id uuid,
  position integer NOT NULL,
  title text NOT NULL,
  body text NOT NULL DEFAULT '',
  responsible text NOT NULL DEFAULT '',   -- party and unit, as people write it
  due_on date,
  at_least integer CHECK (at_least >= 1), -- the target: NULL means counted without a target
  per text NOT NULL DEFAULT 'period' CHECK (per IN ('day', 'week', 'month', 'quarter', 'year', 'period')),
  unit text NOT NULL DEFAULT '',          -- 'insatser', 'dialoger'
  UNIQUE (promise_id, position), UNIQUE (promise_id, id),
  FOREIGN KEY (promise_id, focus_area_id) REFERENCES focus_area (promise_id, id) ON DELETE CASCADE,
  FOREIGN KEY (promise_id, goal_id) REFERENCES goal (promise_id, id) ON DELETE CASCADE
);
CREATE TABLE outcome (                    -- what was done, counted; a correction is a new row, nothing is overwritten
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  activity_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  happened_on date NOT NULL,
  amount integer NOT NULL CHECK (amount >= 0),   -- 0 only in a correction that withdraws
  note text NOT NULL DEFAULT '',
  reporter_id uuid NOT NULL REFERENCES person ON DELETE RESTRICT,
  reporter_name text NOT NULL,
  reporter_office text NOT NULL,
  corrects_id uuid REFERENCES outcome ON DELETE RESTRICT,
  form_key uuid NOT NULL,                 -- minted with the form: the same form sent twice is one row
  recorded_at timestamptz NOT NULL,
  UNIQUE (corrects_id), UNIQUE (organisation_id, form_key),
  FOREIGN KEY (promise_id, activity_id) REFERENCES activity (promise_id, id) ON DELETE RESTRICT
);
CREATE INDEX outcome_activity ON outcome (activity_id, happened_on);

CREATE TABLE rhythm (                     -- reports through the year
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  receiver text NOT NULL,                 -- KSAU, BRÅ
  per text NOT NULL CHECK (per IN ('month', 'quarter', 'tertial', 'half_year', 'year', 'continuous')),
  days_after integer NOT NULL DEFAULT 0,  -- due so many days after the period's last day
  UNIQUE (promise_id, receiver, per)
);

CREATE TABLE obligation (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  key text NOT NULL,                      -- follow_up:2024, report:KSAU:2024Q3, renewal, activity:<id>
  kind text NOT NULL CHECK (kind IN ('follow_up', 'report', 'renewal', 'review', 'activity')),
  title text NOT NULL,
  due_on date NOT NULL,
  period_from date,
  period_until date,
  receiver text NOT NULL DEFAULT '',
  done_at timestamptz,
  UNIQUE (promise_id, key), UNIQUE (promise_id, id)
);
CREATE INDEX obligation_due ON obligation (promise_id, due_on) WHERE done_at IS NULL;
CREATE TABLE obligation_mark (            -- one party says that its part of the duty is done
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL,
  obligation_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  by_name text NOT NULL,
  by_office text NOT NULL,
  note text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  UNIQUE (obligation_id, organisation_id),
  FOREIGN KEY (promise_id, obligation_id) REFERENCES obligation (promise_id, id) ON DELETE CASCADE
);

CREATE TABLE picture (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  mime text NOT NULL CHECK (mime IN ('image/jpeg', 'image/png', 'image/webp')),
  body bytea NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  sha256 text NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE status_update (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,  -- who began it
  title text NOT NULL,
  body text NOT NULL,
  picture_id uuid REFERENCES picture ON DELETE RESTRICT,
  picture_alt text NOT NULL DEFAULT '',
  channels text[] NOT NULL DEFAULT '{}',  -- 'page', 'feed', and the ids of connections
  earliest_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  content_hash text NOT NULL,             -- SHA-256 of the canonical rendered content
  shared_at timestamptz,                  -- NULL: the author's organisation alone sees it
  published_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_why text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (promise_id, id)
);
CREATE TABLE status_update_version (      -- every text that was ever shared, so that the other party sees what changed
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL,
  status_update_id uuid NOT NULL,
  version integer NOT NULL,
  content jsonb NOT NULL,
  content_hash text NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  by_name text NOT NULL,
  by_office text NOT NULL,
  at timestamptz NOT NULL,
  UNIQUE (status_update_id, version),
  FOREIGN KEY (promise_id, status_update_id) REFERENCES status_update (promise_id, id) ON DELETE CASCADE
);

CREATE TABLE approval (                   -- one party's key on one hash
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  subject_kind text NOT NULL CHECK (subject_kind IN ('status_update')),
  subject_id uuid NOT NULL,
  content_hash text NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  person_id uuid NOT NULL REFERENCES person ON DELETE RESTRICT,
  person_name text NOT NULL,
  office text NOT NULL,
  at timestamptz NOT NULL,
  fell_at timestamptz,                    -- the text changed after it: kept as history, counts no more
  fell_why text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX approval_one_key_per_party ON approval (subject_id, organisation_id) WHERE fell_at IS NULL;
CREATE UNIQUE INDEX approval_nobody_turns_both_keys ON approval (subject_id, person_id) WHERE fell_at IS NULL;

CREATE TABLE connection (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  channel text NOT NULL CHECK (channel IN ('mastodon')),
  name text NOT NULL,                     -- @amal@example.org
  base_url text NOT NULL,
  secret bytea NOT NULL,                  -- encrypted with the key from SECRET_KEY
  state text NOT NULL DEFAULT 'ok' CHECK (state IN ('ok', 'needs_human', 'off')),
  state_why text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  UNIQUE (organisation_id, channel, name)
);

CREATE TABLE delivery (                   -- whatever leaves the building: one message, one recipient, one channel, one state
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  key text NOT NULL,                      -- made of stable ids and ISO dates only: the same wish is the same row
  kind text NOT NULL CHECK (kind IN ('reminder', 'publication')),
  channel text NOT NULL CHECK (channel IN ('mail', 'page', 'feed', 'mastodon')),
  title text NOT NULL,
  promise_id uuid REFERENCES promise ON DELETE CASCADE,
  obligation_id uuid REFERENCES obligation ON DELETE SET NULL,
  status_update_id uuid REFERENCES status_update ON DELETE SET NULL,
  connection_id uuid REFERENCES connection ON DELETE SET NULL,
  seat text NOT NULL DEFAULT '' CHECK (seat IN ('', 'coordinator', 'leader')),   -- who it is for, resolved to people when sent
  person_id uuid REFERENCES person ON DELETE SET NULL,
  lead_days integer,                      -- a reminder: so many days before the duty
  due_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'sending', 'sent', 'failed', 'unclear', 'skipped')),
  after_id uuid REFERENCES delivery ON DELETE RESTRICT,   -- goes out only when that one has
  attempts integer NOT NULL DEFAULT 0,
  lookups integer NOT NULL DEFAULT 0,     -- how often an unclear row was looked up since it became so
  handed_out_until timestamptz,           -- wall time: in the queue until then, then handed out anew
  lease_until timestamptz,                -- wall time: the worker that holds it is believed alive until then
  fence integer NOT NULL DEFAULT 0,       -- a late answer from an older attempt is recognised by it
  address text NOT NULL DEFAULT '',       -- where it went
  reason text NOT NULL DEFAULT '',        -- why it was skipped, failed or is unclear
  message_id text NOT NULL DEFAULT '',
  remote_id text NOT NULL DEFAULT '',
  remote_url text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  UNIQUE (organisation_id, key)
);
CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 'planned';
CREATE INDEX delivery_sending ON delivery (lease_until) WHERE state = 'sending';
CREATE INDEX delivery_ledger ON delivery (organisation_id, due_at DESC);
CREATE INDEX delivery_obligation ON delivery (obligation_id);
CREATE INDEX delivery_update ON delivery (status_update_id);
ALTER TABLE delivery SET (autovacuum_vacuum_scale_factor = 0.02);

-- What residents may read. The public role sees these three and nothing else.
CREATE TABLE published_promise (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  slug text NOT NULL,                     -- the municipality's
  name text NOT NULL,                     -- the municipality's short name
  code text,
  valid_from date NOT NULL,
  valid_until date,
  content jsonb NOT NULL,
  published_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  UNIQUE (promise_id, slug)
);
CREATE INDEX published_promise_slug ON published_promise (slug, valid_from DESC);
CREATE TABLE published_update (
  id uuid PRIMARY KEY,                    -- the status update's own id: the permanent address
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  content jsonb NOT NULL,
  published_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  withdrawn_why text NOT NULL DEFAULT ''
);
CREATE INDEX published_update_promise ON published_update (promise_id, published_at DESC);
CREATE TABLE published_picture (
  id uuid PRIMARY KEY,
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  mime text NOT NULL,
  body bytea NOT NULL,
  sha256 text NOT NULL
);

CREATE TABLE tick (                       -- two timetables may run: who inserts the row does the job
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  job text NOT NULL,
  slot timestamptz NOT NULL,
  UNIQUE (job, slot)
);
CREATE TABLE example_clock (
  id integer PRIMARY KEY CHECK (id = 1),
  anchored_at timestamptz NOT NULL,       -- wall time at which the example clock showed shows_at
  shows_at timestamptz NOT NULL,
  target_at timestamptz,                  -- being moved there, one event at a time; NULL while it simply runs
  settled bigint NOT NULL DEFAULT 0,      -- while moving: how much had been sent or tried at anchored_at
  stuck boolean NOT NULL DEFAULT false    -- the last move gave up: nothing was sent for too long
);

-- ---------------------------------------------------------------- the second wall
GRANT USAGE ON SCHEMA public TO trygghet_app, trygghet_system, trygghet_site;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO trygghet_app, trygghet_system;
REVOKE ALL ON session, sign_in_attempt, tick, example_clock, migration FROM trygghet_app;
REVOKE INSERT, UPDATE, DELETE ON migration FROM trygghet_system;
GRANT SELECT ON published_promise, published_update, published_picture, example_clock TO trygghet_site;

DO $$
DECLARE t text;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration' LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
  END LOOP;
  -- All that hangs on a promise is seen by those who have access to the promise.
  FOREACH t IN ARRAY ARRAY['party', 'promise_text', 'definition', 'link', 'focus_area', 'goal', 'activity', 'outcome', 'rhythm',
                           'obligation', 'obligation_mark', 'approval',
                           'published_promise', 'published_update', 'published_picture'] LOOP
    EXECUTE format('CREATE POLICY parties ON %I TO trygghet_app USING (promise_id IN (SELECT a.promise_id FROM access a))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['published_promise', 'published_update', 'published_picture', 'example_clock'] LOOP
    EXECUTE format('CREATE POLICY residents ON %I FOR SELECT TO trygghet_site USING (true)', t);
  END LOOP;
END $$;

-- Rows that name who wrote them may only be written in one's own name.
CREATE POLICY own_name ON outcome AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_name ON obligation_mark AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_name ON approval AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_name ON picture AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_name ON status_update AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_name ON status_update_version AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_word ON obligation_mark AS RESTRICTIVE FOR DELETE TO trygghet_app USING (organisation_id = current_organisation());
-- What was recorded, and what was shared, is never overwritten: a correction is a new row, a change is a new version.
REVOKE UPDATE, DELETE ON outcome, status_update_version FROM trygghet_app;
REVOKE UPDATE ON obligation_mark FROM trygghet_app;
-- A key that was turned may fall, and nothing else: not be moved to another text or party, not be turned again, not vanish.
REVOKE UPDATE, DELETE ON approval FROM trygghet_app;
GRANT UPDATE (fell_at, fell_why) ON approval TO trygghet_app;
CREATE POLICY falls ON approval AS RESTRICTIVE FOR UPDATE TO trygghet_app USING (fell_at IS NULL) WITH CHECK (fell_at IS NOT NULL);

CREATE POLICY known ON organisation FOR SELECT TO trygghet_app USING (true);       -- names are public facts
CREATE POLICY own ON organisation FOR UPDATE TO trygghet_app USING (id = current_organisation());
CREATE POLICY own ON area_membership FOR SELECT TO trygghet_app
  USING (police_id = current_organisation() OR municipality_id = current_organisation());
CREATE POLICY own ON member TO trygghet_app USING (organisation_id = current_organisation());
CREATE POLICY colleagues ON person FOR SELECT TO trygghet_app USING (id IN (SELECT m.person_id FROM member m));
CREATE POLICY own ON connection TO trygghet_app USING (organisation_id = current_organisation());
-- An update names the channels of both parties; the secret is encrypted and only its owner's worker has a use for it.
CREATE POLICY partners ON connection FOR SELECT TO trygghet_app USING (organisation_id IN (SELECT p.organisation_id FROM party p));

CREATE POLICY own ON access FOR SELECT TO trygghet_app USING (organisation_id = current_organisation());
CREATE POLICY give ON access FOR INSERT TO trygghet_app WITH CHECK (
  promise_id IN (SELECT p.id FROM promise p));   -- one gives access to what one has, or has just created
CREATE POLICY parties ON promise TO trygghet_app
  USING (created_by = current_organisation() OR id IN (SELECT a.promise_id FROM access a))
  WITH CHECK (created_by = current_organisation() OR id IN (SELECT a.promise_id FROM access a));

CREATE POLICY parties_once_shared ON status_update TO trygghet_app USING (
  promise_id IN (SELECT a.promise_id FROM access a) AND (organisation_id = current_organisation() OR shared_at IS NOT NULL));
CREATE POLICY parties_once_shared ON status_update_version TO trygghet_app USING (
  promise_id IN (SELECT a.promise_id FROM access a) AND status_update_id IN (SELECT s.id FROM status_update s));
-- A picture is as private as the update that shows it.
CREATE POLICY parties_once_shown ON picture TO trygghet_app USING (
  promise_id IN (SELECT a.promise_id FROM access a)
  AND (organisation_id = current_organisation() OR id IN (SELECT s.picture_id FROM status_update s)));

-- Both parties see that a duty was reminded of and where an update went; a change by one replans the other's reminders too.
CREATE POLICY own_or_joint ON delivery TO trygghet_app USING (
  organisation_id = current_organisation() OR promise_id IN (SELECT a.promise_id FROM access a));
