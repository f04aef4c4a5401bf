-- Every text of a promise as its parties have signed it, and the addresses that organisations have had before.

CREATE TABLE published_version (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  number integer NOT NULL CHECK (number > 0),
  content jsonb NOT NULL,                         -- the words alone, as in published_promise.content; what was counted is not there
  published_at timestamptz NOT NULL,
  UNIQUE (promise_id, number)
);
CREATE TABLE former_slug (
  slug text PRIMARY KEY CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  until timestamptz NOT NULL                      -- when it got another
);
CREATE INDEX former_slug_organisation ON former_slug (organisation_id, until);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['published_version', 'former_slug'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY residents ON %I FOR SELECT TO trygghet_site USING (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO trygghet_system', t);
    EXECUTE format('GRANT SELECT ON %I TO trygghet_site', t);
  END LOOP;
END $$;
CREATE POLICY parties ON published_version TO trygghet_app USING (promise_id IN (SELECT a.promise_id FROM access a));
CREATE POLICY signed_only ON published_version AS RESTRICTIVE FOR INSERT TO trygghet_app
  WITH CHECK (promise_id IN (SELECT p.id FROM promise p WHERE p.stage NOT IN ('draft', 'shared', 'agreed')));
GRANT SELECT, INSERT ON published_version TO trygghet_app;   -- what was signed is neither changed nor taken away
