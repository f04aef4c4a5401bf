-- What a party approved stays to be compared with: when a key falls, its holder sees word by word what has changed since.

CREATE TABLE approved_follow_up (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL,
  follow_up_id uuid NOT NULL,
  content_hash text NOT NULL,
  content jsonb NOT NULL,
  UNIQUE (follow_up_id, content_hash),
  FOREIGN KEY (promise_id, follow_up_id) REFERENCES follow_up (promise_id, id) ON DELETE CASCADE
);
GRANT SELECT, INSERT ON approved_follow_up TO trygghet_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON approved_follow_up TO trygghet_system;
ALTER TABLE approved_follow_up ENABLE ROW LEVEL SECURITY;
ALTER TABLE approved_follow_up FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON approved_follow_up TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY parties ON approved_follow_up TO trygghet_app USING (promise_id IN (SELECT a.promise_id FROM access a));
-- Nothing is put there but what stands in the room at that moment, and that has a content only once the seal is broken.
CREATE POLICY as_it_stands ON approved_follow_up AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (EXISTS (
  SELECT FROM follow_up f WHERE f.id = follow_up_id AND f.content_hash = approved_follow_up.content_hash AND f.content = approved_follow_up.content));
