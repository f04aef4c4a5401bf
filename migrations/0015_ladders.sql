-- Reminders that can be trusted: ladders as data, seats to escalate to, who stands in for whom, and addresses that do not take mail.

ALTER TABLE delivery DROP CONSTRAINT delivery_seat_check, DROP CONSTRAINT delivery_channel_check, DROP CONSTRAINT delivery_kind_check;
ALTER TABLE delivery
  ADD CONSTRAINT delivery_seat_check CHECK (seat IN ('', 'coordinator', 'deputy', 'leader', 'administrator')),
  ADD CONSTRAINT delivery_channel_check CHECK (channel IN ('mail', 'page', 'feed', 'mastodon', 'webhook')),
  ADD CONSTRAINT delivery_kind_check CHECK (kind IN ('reminder', 'publication', 'invitation', 'notice', 'summary', 'post')),
  ADD COLUMN via text NOT NULL DEFAULT '' CHECK (via IN ('', 'vacant', 'bounced', 'handed_over')),   -- why it is for somebody outside its seat
  ADD COLUMN bounced_at timestamptz,      -- it was taken by the mail server and came back
  ADD COLUMN read_at timestamptz;         -- the person has seen it in the inbox
-- What is due today and has its person: few rows, whatever lies ahead.
CREATE INDEX delivery_today ON delivery (person_id) WHERE state = 'planned' AND kind IN ('reminder', 'summary') AND person_id IS NOT NULL;
CREATE INDEX delivery_message ON delivery (message_id) WHERE message_id <> '';
CREATE INDEX delivery_stuck ON delivery (settled_at) WHERE kind = 'publication' AND state IN ('failed', 'unclear');
CREATE INDEX delivery_person ON delivery (organisation_id, person_id) WHERE person_id IS NOT NULL;

-- An organisation's own ladder for a kind of duty, for all its promises or for one. Where there is none the product's own holds.
CREATE TABLE ladder (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  promise_id uuid REFERENCES promise ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('follow_up', 'report', 'renewal', 'review', 'activity', 'statute')),
  steps jsonb NOT NULL,                   -- [{"count": 30, "unit": "days", "to": ["owner"]}, …], negative counts after the day
  repeat jsonb,                           -- {"every": 7, "unit": "days", "to": ["owner", "leader"]}; NULL: no repeats
  by_name text NOT NULL,
  by_office text NOT NULL,
  changed_at timestamptz NOT NULL,
  UNIQUE NULLS NOT DISTINCT (organisation_id, promise_id, kind)
);
CREATE INDEX ladder_promise ON ladder (promise_id);

CREATE TABLE handover (                   -- somebody's reminders go to somebody else in the same organisation for a time
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
  to_person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE CHECK (to_person_id <> person_id),
  from_on date NOT NULL,
  until_on date NOT NULL CHECK (until_on >= from_on),
  by_name text NOT NULL,
  created_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX handover_person ON handover (organisation_id, person_id) WHERE ended_at IS NULL;
CREATE INDEX handover_to ON handover (to_person_id);

CREATE TABLE suppression (                -- an address from which mail comes back; of an address, not of an organisation
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  tier text NOT NULL CHECK (tier IN ('watched', 'paused', 'stopped')),   -- counted; not written to until a day; not until somebody lifts it
  until_at timestamptz,                   -- of "paused"
  bounces integer NOT NULL DEFAULT 1,
  reason text NOT NULL,                   -- what the other mail server said
  status text NOT NULL DEFAULT '',        -- 5.1.1 (RFC 3463)
  last_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);

-- The one rule for whether mail is sent to an address.
CREATE FUNCTION stopped(address text, at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT EXISTS (SELECT FROM suppression s WHERE s.email = address AND (s.tier = 'stopped' OR (s.tier = 'paused' AND s.until_at > at))) $$;

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON ladder, handover, suppression TO trygghet_app, trygghet_system;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['ladder', 'handover', 'suppression'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['ladder', 'handover'] LOOP
    EXECUTE format('CREATE POLICY own ON %I TO trygghet_app USING (organisation_id = current_organisation())', t);
  END LOOP;
END $$;
CREATE POLICY colleagues ON suppression TO trygghet_app USING (email IN (SELECT p.email FROM person p));
-- A change by one party plans the others' reminders anew, each by its own ladder.
CREATE POLICY partners ON ladder FOR SELECT TO trygghet_app USING (organisation_id IN (SELECT p.organisation_id FROM party p));
