-- Keys to the API, which lift its limit and open nothing more. A key itself is shown once; what is kept is its hash.

CREATE TABLE api_key (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  name text NOT NULL,                     -- who it is for
  key_hash bytea NOT NULL UNIQUE,         -- SHA-256 of 256 random bits
  issued_by text NOT NULL,
  issued_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_by text NOT NULL DEFAULT ''
);
CREATE INDEX api_key_organisation ON api_key (organisation_id, issued_at DESC);

ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON api_key TO trygghet_system;
GRANT SELECT, INSERT ON api_key TO trygghet_app;
GRANT UPDATE (revoked_at, revoked_by) ON api_key TO trygghet_app;
CREATE POLICY system_all ON api_key TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY own ON api_key TO trygghet_app USING (organisation_id = current_organisation()) WITH CHECK (organisation_id = current_organisation());
