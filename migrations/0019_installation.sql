-- A copy never speaks: the database knows whose it is, and only the installation of that name sends anything.

CREATE TABLE installation (
  id integer PRIMARY KEY CHECK (id = 1),  -- one row
  environment text NOT NULL CHECK (environment <> ''),   -- as ENVIRONMENT_ID says, or PUBLIC_URL's host; what is restored elsewhere meets another
  adopted_from text NOT NULL DEFAULT '',  -- whose it was before somebody said that it is this one's
  adopted_at timestamptz                  -- wall time; NULL: it has had its name since it was made or first upgraded
);
-- Whoever migrates says its name. A database that is made, or comes from an edition without this table, becomes that one's.
INSERT INTO installation (id, environment)
SELECT 1, name FROM (SELECT current_setting('app.environment', true)) AS said (name) WHERE name <> '';

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE ON installation TO trygghet_system;
ALTER TABLE installation ENABLE ROW LEVEL SECURITY;
ALTER TABLE installation FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON installation TO trygghet_system USING (true) WITH CHECK (true);
