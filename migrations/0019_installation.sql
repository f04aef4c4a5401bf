-- A copy never speaks: the database knows whose it is, and only the installation of that name sends anything. And what tries the chain each night.

CREATE TABLE installation (
  id integer PRIMARY KEY CHECK (id = 1),  -- one row
  environment text NOT NULL CHECK (environment <> ''),   -- as ENVIRONMENT_ID says, or PUBLIC_URL's host; what is restored elsewhere meets another
  adopted_from text NOT NULL DEFAULT '',  -- whose it was before somebody said that it is this one's
  adopted_at timestamptz                  -- wall time; NULL: it has had its name since it was made or first upgraded
);
-- Whoever migrates says its name. A database that is made, or comes from an edition without this table, becomes that one's.
INSERT INTO installation (id, environment)
SELECT 1, name FROM (SELECT current_setting('app.environment', true)) AS said (name) WHERE name <> '';

-- Each night the whole chain is tried: an organisation that is nobody's owes something, is reminded of it, and publishes.
ALTER TABLE organisation DROP CONSTRAINT organisation_kind_check;
ALTER TABLE organisation ADD CONSTRAINT organisation_kind_check CHECK (kind IN ('municipality', 'police', 'other', 'canary'));
ALTER TABLE delivery DROP CONSTRAINT delivery_kind_check;
ALTER TABLE delivery ADD CONSTRAINT delivery_kind_check
  CHECK (kind IN ('reminder', 'publication', 'invitation', 'notice', 'summary', 'post', 'canary'));
CREATE TABLE canary_night (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  obligation_id uuid NOT NULL REFERENCES obligation ON DELETE RESTRICT,   -- the duty that its letter reminds of
  night date NOT NULL UNIQUE,             -- the day on which it ends
  marker text NOT NULL,                   -- what the test page shows once it is published
  planned_at timestamptz NOT NULL,
  published_at timestamptz,
  published_wall timestamptz,             -- the same by the wall: a letter on its way back gets its time also where the clock leaps
  returned_at timestamptz                 -- when the letter came back; NULL: it has not
);
CREATE INDEX canary_night_obligation ON canary_night (obligation_id);
CREATE INDEX canary_night_owner ON canary_night (organisation_id, night DESC);

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON canary_night TO trygghet_app, trygghet_system;
ALTER TABLE canary_night ENABLE ROW LEVEL SECURITY;
ALTER TABLE canary_night FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON canary_night TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY own ON canary_night TO trygghet_app USING (organisation_id = current_organisation());
-- Names are public facts; that of an organisation which is nobody's is seen by itself alone.
ALTER POLICY known ON organisation USING (kind <> 'canary' OR id = current_organisation());
GRANT SELECT, INSERT, UPDATE ON installation TO trygghet_system;
ALTER TABLE installation ENABLE ROW LEVEL SECURITY;
ALTER TABLE installation FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON installation TO trygghet_system USING (true) WITH CHECK (true);
