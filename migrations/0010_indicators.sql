-- What is measured beside the promises: surveys and statistics, a value for each year, and the goals that they are drawn beside.

CREATE TABLE series (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,   -- who keeps it; nobody else writes in it
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('survey', 'statistics', 'kolada', 'other')),
  unit text NOT NULL DEFAULT '',          -- procent
  area text NOT NULL DEFAULT '',          -- Åmåls kommun, 16–85 år
  source text NOT NULL,                   -- Polisens trygghetsmätning
  note text NOT NULL DEFAULT '',          -- for the parties alone: how the question was put, who keeps the report
  direction text NOT NULL DEFAULT '' CHECK (direction IN ('', 'up', 'down', 'keep')),
  threshold numeric,                      -- a line across the drawing
  threshold_words text NOT NULL DEFAULT '',   -- and what it says
  kpi text NOT NULL DEFAULT '',           -- N07403
  kpi_title text NOT NULL DEFAULT '',     -- as it read when somebody chose it
  municipality_code text NOT NULL DEFAULT '' CHECK (municipality_code ~ '^([0-9]{4})?$'),   -- text: 0765 has a leading zero
  retrieved_at timestamptz,               -- when the server was asked last, whether or not it had anything new
  form_key uuid NOT NULL,                 -- minted with the form: the same form sent twice is one row
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (organisation_id, form_key), UNIQUE (organisation_id, id),
  CHECK ((threshold IS NULL) = (threshold_words = '')),
  CHECK ((kind = 'kolada') = (kpi <> '')), CHECK ((kpi <> '') = (kpi_title <> '')), CHECK ((kpi <> '') = (municipality_code <> ''))
);

CREATE TABLE observation (                -- a value of one year; a correction or a revision is a new row, nothing is overwritten
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL,
  series_id uuid NOT NULL,
  year integer NOT NULL CHECK (year BETWEEN 1900 AND 2100),
  observed_on date,                       -- the day, where there is one
  value numeric CHECK (abs(value) < 1e12 AND value <> 'NaN'),   -- NULL only in a row that takes a value back
  n integer CHECK (n > 0),                -- how many answered
  response_rate numeric CHECK (response_rate > 0 AND response_rate <= 100),   -- percent
  preliminary boolean NOT NULL DEFAULT false,
  break_note text NOT NULL DEFAULT '',    -- why this value cannot be compared with the ones before
  source text NOT NULL DEFAULT '',        -- where it differs from the series' own
  retrieved_at timestamptz,               -- when it was fetched from a server
  replaces_id uuid,                       -- the earlier value of the same year
  reason text NOT NULL DEFAULT '',        -- why it replaces that one
  by_name text NOT NULL,
  by_office text NOT NULL,
  recorded_at timestamptz NOT NULL,
  CHECK ((replaces_id IS NULL) = (reason = '')), CHECK (value IS NOT NULL OR replaces_id IS NOT NULL),
  UNIQUE (replaces_id), UNIQUE (series_id, year, id),
  FOREIGN KEY (organisation_id, series_id) REFERENCES series (organisation_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (series_id, year, replaces_id) REFERENCES observation (series_id, year, id)
);
-- One chain for each year: one first value, and each value replaced once at most.
CREATE UNIQUE INDEX observation_first ON observation (series_id, year) WHERE replaces_id IS NULL;

CREATE TABLE goal_series (                -- beside which goals a series is drawn
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL,
  series_id uuid NOT NULL,
  promise_id uuid NOT NULL,
  goal_id uuid NOT NULL,
  by_name text NOT NULL,
  by_office text NOT NULL,
  at timestamptz NOT NULL,
  UNIQUE (goal_id, series_id),
  FOREIGN KEY (organisation_id, series_id) REFERENCES series (organisation_id, id) ON DELETE RESTRICT,
  FOREIGN KEY (promise_id, goal_id) REFERENCES goal (promise_id, id) ON DELETE CASCADE
);
CREATE INDEX goal_series_series ON goal_series (series_id);
CREATE INDEX goal_series_promise ON goal_series (promise_id);

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON series TO trygghet_app, trygghet_system;
GRANT SELECT, INSERT ON observation TO trygghet_app;
GRANT SELECT, INSERT, DELETE ON goal_series TO trygghet_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON observation, goal_series TO trygghet_system;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['series', 'observation', 'goal_series'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own ON %I TO trygghet_app USING (organisation_id = current_organisation())', t);
  END LOOP;
END $$;
-- The parties of a promise read what is drawn beside its goals; only its owner writes, and draws it beside what is open to the owner.
CREATE POLICY parties ON goal_series FOR SELECT TO trygghet_app USING (promise_id IN (SELECT a.promise_id FROM access a));
CREATE POLICY open_promises ON goal_series AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (promise_id IN (SELECT a.promise_id FROM access a));
CREATE POLICY parties ON series FOR SELECT TO trygghet_app USING (id IN (SELECT g.series_id FROM goal_series g));
CREATE POLICY parties ON observation FOR SELECT TO trygghet_app USING (series_id IN (SELECT g.series_id FROM goal_series g));
