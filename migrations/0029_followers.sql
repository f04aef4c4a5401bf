-- Residents who follow by mail, without an account: what they follow, how often they are told, and nothing else about them.

CREATE TABLE follower (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,   -- whose page they asked on
  email text NOT NULL CHECK (email = lower(email) AND length(email) <= 200),
  scope text NOT NULL CHECK (scope IN ('promise', 'municipality', 'area', 'theme')),
  subject text NOT NULL CHECK (subject <> ''),      -- the promise's or organisation's id, or a focus area's heading in lower case
  pace text NOT NULL CHECK (pace IN ('each', 'monthly', 'followed_up')),
  round integer NOT NULL DEFAULT 1,                 -- how many letters have been asked for; an older one says nothing any more
  asked_at timestamptz NOT NULL,
  confirmed_at timestamptz,                         -- NULL: nobody has said yes, and it is forgotten in a few days
  told_until timestamptz,                           -- what happened up to then has been told, or was before they followed
  UNIQUE (email, scope, subject)
);
CREATE INDEX follower_subject ON follower (scope, subject) WHERE confirmed_at IS NOT NULL;
CREATE INDEX follower_home ON follower (organisation_id);
CREATE INDEX follower_pending ON follower (asked_at) WHERE confirmed_at IS NULL;

CREATE TABLE former_follower (            -- who has left: a salted hash, so that a flood of letters that they never asked for is kept small
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  mark text NOT NULL UNIQUE,
  left_at timestamptz NOT NULL
);

CREATE TABLE follow_attempt (             -- counted for a day, so that nobody can have letters sent to others on and on
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  mark text NOT NULL,                     -- a salted hash of the address
  network text NOT NULL,                  -- a salted hash of the network and the day
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  at timestamptz NOT NULL                 -- wall time
);
CREATE INDEX follow_attempt_mark ON follow_attempt (mark, at);
CREATE INDEX follow_attempt_network ON follow_attempt (network, at);
CREATE INDEX follow_attempt_home ON follow_attempt (organisation_id, at);
CREATE INDEX follow_attempt_at ON follow_attempt (at);

ALTER TABLE delivery DROP CONSTRAINT delivery_kind_check;
ALTER TABLE delivery ADD CONSTRAINT delivery_kind_check
  CHECK (kind IN ('reminder', 'publication', 'invitation', 'notice', 'summary', 'post', 'canary', 'follow'));
CREATE INDEX delivery_follow ON delivery ((words->>'follower')) WHERE kind = 'follow';

-- ---------------------------------------------------------------- the second wall
-- No organisation sees who follows it: neither the followers nor the letters to them, which stand in the ledger of its own letters else.
CREATE POLICY residents_letters ON delivery AS RESTRICTIVE TO trygghet_app USING (kind <> 'follow');
GRANT SELECT, INSERT, UPDATE, DELETE ON follower, former_follower, follow_attempt TO trygghet_system;
ALTER TABLE follower ENABLE ROW LEVEL SECURITY;
ALTER TABLE follower FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON follower TO trygghet_system USING (true) WITH CHECK (true);
ALTER TABLE former_follower ENABLE ROW LEVEL SECURITY;
ALTER TABLE former_follower FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON former_follower TO trygghet_system USING (true) WITH CHECK (true);
ALTER TABLE follow_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE follow_attempt FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON follow_attempt TO trygghet_system USING (true) WITH CHECK (true);
