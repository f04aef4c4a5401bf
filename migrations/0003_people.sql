-- Offices with those who hold them over time, the letters that let people in, and the log of who let whom do what.

CREATE TABLE office (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  title text NOT NULL CHECK (title <> ''),  -- Säkerhetsstrateg
  role text NOT NULL CHECK (role IN ('leader', 'coordinator', 'reporter', 'administrator')),
  until_on date,                          -- its last day; NULL while there is such an office
  created_at timestamptz NOT NULL,
  UNIQUE (organisation_id, title, role), UNIQUE (organisation_id, id)
);

-- A member row becomes one holding of one office. Somebody may hold two at once: their own, and one that they stand in for.
ALTER TABLE member DROP CONSTRAINT member_organisation_id_person_id_key;
ALTER TABLE member
  ADD COLUMN office_id uuid,
  ADD COLUMN from_on date,                -- first day
  ADD COLUMN acting boolean NOT NULL DEFAULT false,   -- tf: stands in for whom the office is really somebody else's
  ADD COLUMN ended_at timestamptz;        -- ended at once, on its last day: that day counts no more from then on
GRANT SELECT, INSERT, UPDATE, DELETE ON office TO trygghet_app, trygghet_system;
SET LOCAL ROLE trygghet_system;           -- the walls are up also for who owns the tables
UPDATE member SET office = 'Befattning' WHERE office = '';
INSERT INTO office (organisation_id, title, role, created_at)
  SELECT organisation_id, office, role, min(created_at) FROM member GROUP BY organisation_id, office, role;
UPDATE member m SET office_id = f.id, from_on = least((m.created_at AT TIME ZONE 'Europe/Stockholm')::date, m.until_on)
  FROM office f WHERE f.organisation_id = m.organisation_id AND f.title = m.office AND f.role = m.role;
RESET ROLE;
ALTER TABLE member
  ALTER COLUMN office_id SET NOT NULL,
  ALTER COLUMN from_on SET NOT NULL,
  DROP COLUMN role,
  DROP COLUMN office,
  ADD CONSTRAINT member_office FOREIGN KEY (organisation_id, office_id) REFERENCES office (organisation_id, id) ON DELETE RESTRICT,
  ADD CONSTRAINT member_days CHECK (until_on >= from_on),
  ADD CONSTRAINT member_ended CHECK (ended_at IS NULL OR until_on IS NOT NULL);
CREATE INDEX member_office ON member (office_id);
CREATE INDEX member_organisation ON member (organisation_id);

-- The one rule for who holds an office on a day; all that decides rights or recipients asks it.
CREATE FUNCTION holds(m member, day date) RETURNS boolean LANGUAGE sql IMMUTABLE AS
  $$ SELECT m.from_on <= day AND (m.until_on IS NULL OR day < m.until_on OR (day = m.until_on AND m.ended_at IS NULL)) $$;

CREATE TABLE invitation (                 -- the link in the letter is made of id and nonce with SECRET_KEY; it is never stored
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  email text NOT NULL CHECK (email = lower(email)),
  office_id uuid NOT NULL,
  from_on date NOT NULL,
  until_on date CHECK (until_on >= from_on),
  acting boolean NOT NULL DEFAULT false,
  by_name text NOT NULL,                  -- who invites, as the letter says
  by_office text NOT NULL,
  round integer NOT NULL DEFAULT 1,       -- raised each time the letter goes out anew
  nonce bytea NOT NULL,                   -- new with each round, so that older links open nothing
  sent_at timestamptz NOT NULL,           -- when this round was sent
  expires_at timestamptz NOT NULL,        -- wall time
  opened_at timestamptz,
  used_at timestamptz,
  revoked_at timestamptz,
  created_at timestamptz NOT NULL,
  FOREIGN KEY (organisation_id, office_id) REFERENCES office (organisation_id, id) ON DELETE RESTRICT
);
CREATE UNIQUE INDEX invitation_one_open ON invitation (organisation_id, email, office_id) WHERE used_at IS NULL AND revoked_at IS NULL;

CREATE TABLE member_event (               -- who let whom do what, and when; only ever added to
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  at timestamptz NOT NULL,
  by_person_id uuid REFERENCES person ON DELETE RESTRICT,   -- NULL: from the command line
  by_name text NOT NULL,
  by_office text NOT NULL,
  act text NOT NULL CHECK (act IN ('organisation_added', 'office_added', 'office_closed', 'invited', 'invited_again', 'revoked', 'joined',
                                   'appointed', 'days_changed', 'ended', 'area_added', 'area_ended')),
  about_person_id uuid REFERENCES person ON DELETE RESTRICT,
  about text NOT NULL DEFAULT '',         -- the person, the address or the municipality, as it was called then
  office text NOT NULL DEFAULT '',
  role text NOT NULL DEFAULT '',
  from_on date,
  until_on date,
  at_once boolean NOT NULL DEFAULT false
);
CREATE INDEX member_event_read ON member_event (organisation_id, at DESC);

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON invitation TO trygghet_app, trygghet_system;
GRANT SELECT, INSERT ON member_event TO trygghet_app, trygghet_system;   -- nobody's to change or take away
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['office', 'invitation', 'member_event'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own ON %I TO trygghet_app USING (organisation_id = current_organisation())', t);
  END LOOP;
END $$;
REVOKE DELETE ON office, invitation, member FROM trygghet_app;   -- who held what is history

-- A police area keeps its own register of municipalities; what has been in it stays there, and only its last day may change.
CREATE POLICY keep ON area_membership FOR INSERT TO trygghet_app WITH CHECK (
  police_id = current_organisation()
  AND EXISTS (SELECT FROM organisation o WHERE o.id = police_id AND o.kind = 'police')
  AND EXISTS (SELECT FROM organisation o WHERE o.id = municipality_id AND o.kind = 'municipality'));
CREATE POLICY finish ON area_membership FOR UPDATE TO trygghet_app USING (police_id = current_organisation());
REVOKE UPDATE, DELETE ON area_membership FROM trygghet_app;
GRANT UPDATE (until_on) ON area_membership TO trygghet_app;
