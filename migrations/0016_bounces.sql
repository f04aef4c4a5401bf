-- Mail that came back: which letter it was, which address it had been sent to, and what the other mail server said.

CREATE TABLE bounce (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  message_id text NOT NULL UNIQUE,        -- of the letter; it comes back once, however many reports tell of it
  email text NOT NULL CHECK (email = lower(email)),      -- where the letter had gone, and never what the report says
  hard boolean NOT NULL,                  -- there is no such mailbox; otherwise it may pass
  status text NOT NULL DEFAULT '',        -- 5.1.1 (RFC 3463)
  reason text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX bounce_email ON bounce (email, at DESC);

CREATE TABLE inbound_count (              -- what came in by mail, for /metrics: reports, answers by machines, forgeries
  outcome text PRIMARY KEY CHECK (outcome IN ('bounced', 'repeated', 'delayed', 'automatic', 'unreadable', 'forged', 'unknown')),
  count bigint NOT NULL DEFAULT 0
);

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON bounce, inbound_count TO trygghet_system;
ALTER TABLE bounce ENABLE ROW LEVEL SECURITY;
ALTER TABLE bounce FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON bounce TO trygghet_system USING (true) WITH CHECK (true);
ALTER TABLE inbound_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbound_count FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON inbound_count TO trygghet_system USING (true) WITH CHECK (true);
