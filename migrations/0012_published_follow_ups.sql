-- What residents read of a signed follow-up: the very bytes that the keys were turned on. Written once, never changed.

CREATE TABLE published_follow_up (
  id uuid PRIMARY KEY,                      -- the room's own id
  promise_id uuid NOT NULL,
  key text NOT NULL,                        -- 2024, or the last day where that is not 31 December: a year may have two
  frozen text NOT NULL,                     -- the canonical JSON
  content_hash text NOT NULL,
  approvals jsonb NOT NULL,                 -- who turned each party's key, and when
  signed_at timestamptz NOT NULL,
  UNIQUE (promise_id, key),
  FOREIGN KEY (promise_id, id) REFERENCES follow_up (promise_id, id) ON DELETE CASCADE,
  CONSTRAINT frozen_is_what_was_hashed CHECK (encode(sha256(convert_to(frozen, 'UTF8')), 'hex') = content_hash)
);
GRANT SELECT, INSERT ON published_follow_up TO trygghet_app, trygghet_system;
GRANT SELECT ON published_follow_up TO trygghet_site;
ALTER TABLE published_follow_up ENABLE ROW LEVEL SECURITY;
ALTER TABLE published_follow_up FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON published_follow_up TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY residents ON published_follow_up FOR SELECT TO trygghet_site USING (true);
CREATE POLICY readers ON published_follow_up FOR SELECT TO trygghet_app USING (promise_id IN (SELECT a.promise_id FROM access a));
-- A party publishes, and only what all have signed, word for word.
CREATE POLICY parties ON published_follow_up FOR INSERT TO trygghet_app WITH CHECK (
  promise_id IN (SELECT y.promise_id FROM party y WHERE y.organisation_id = current_organisation())
  AND EXISTS (SELECT FROM follow_up f WHERE f.id = published_follow_up.id AND f.promise_id = published_follow_up.promise_id
              AND f.signed_at = published_follow_up.signed_at AND f.content_hash = published_follow_up.content_hash
              AND f.content = published_follow_up.frozen::jsonb));

-- An update that was written out of a follow-up says so; one follow-up gives one.
ALTER TABLE status_update ADD COLUMN follow_up_id uuid UNIQUE;
ALTER TABLE status_update ADD FOREIGN KEY (promise_id, follow_up_id) REFERENCES follow_up (promise_id, id);
