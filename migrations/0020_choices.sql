-- What somebody wants by mail, what waits unread for them in the product, and the log of whose reminders go to whom.

CREATE TABLE silenced_kind (              -- a kind of letter that somebody does not want by mail; it stands in their inbox all the same
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('waits', 'comments', 'news', 'summary')),
  created_at timestamptz NOT NULL,
  UNIQUE (person_id, kind)
);

-- The one rule for what stands in somebody's inbox: what went out to them, what came back, and what they did not want by mail.
-- `silenced` is set with `state` 'skipped': the letter was true, and its person had turned the kind off.
ALTER TABLE delivery ADD COLUMN silenced boolean NOT NULL DEFAULT false;
CREATE FUNCTION in_inbox(d delivery) RETURNS boolean LANGUAGE sql IMMUTABLE AS
  $$ SELECT d.kind IN ('reminder', 'notice', 'summary') AND d.channel = 'mail' AND (d.state IN ('sent', 'failed') OR d.silenced) $$;
CREATE INDEX delivery_unread ON delivery (organisation_id, person_id)
  WHERE person_id IS NOT NULL AND read_at IS NULL AND kind IN ('reminder', 'notice', 'summary') AND channel = 'mail'
    AND (state IN ('sent', 'failed') OR silenced);

-- Asked at every request of somebody signed in, so it stops counting where nobody reads the number any more.
CREATE FUNCTION unread(organisation uuid, person uuid) RETURNS bigint LANGUAGE sql STABLE AS
  $$ SELECT count(*) FROM (SELECT FROM delivery d WHERE d.organisation_id = organisation AND d.person_id = person AND d.read_at IS NULL
                           AND in_inbox(d) LIMIT 100) AS counted $$;

SET LOCAL ROLE trygghet_system;           -- the walls are up also for who owns the tables
UPDATE delivery SET read_at = settled_at WHERE person_id IS NOT NULL AND settled_at IS NOT NULL;   -- what came before there was an inbox is no news
RESET ROLE;

-- Who let whose reminders go to whom is history, like who held which office.
ALTER TABLE member_event DROP CONSTRAINT member_event_act_check;
ALTER TABLE member_event
  ADD COLUMN colleague text NOT NULL DEFAULT '',   -- who gets them, as they were called then
  ADD CONSTRAINT member_event_act_check CHECK (act IN ('organisation_added', 'office_added', 'office_closed', 'invited', 'invited_again', 'revoked',
    'joined', 'appointed', 'days_changed', 'ended', 'area_added', 'area_ended', 'handed_over', 'handover_ended'));
REVOKE DELETE ON handover FROM trygghet_app;
REVOKE UPDATE ON handover FROM trygghet_app;
GRANT UPDATE (ended_at) ON handover TO trygghet_app;

-- ---------------------------------------------------------------- the second wall
GRANT SELECT ON silenced_kind TO trygghet_app;                            -- a choice is a person's own; colleagues' letters only heed it
GRANT SELECT, INSERT, UPDATE, DELETE ON silenced_kind TO trygghet_system;
ALTER TABLE silenced_kind ENABLE ROW LEVEL SECURITY;
ALTER TABLE silenced_kind FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON silenced_kind TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY colleagues ON silenced_kind FOR SELECT TO trygghet_app USING (person_id IN (SELECT m.person_id FROM member m));
