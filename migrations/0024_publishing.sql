-- Publishing in many places: each channel's own form of an update, approved as it is; corrections, withdrawals and stops; what the
-- accounts need that are not ours; and what became of each publication.

-- ---------------------------------------------------------------- what is written
ALTER TABLE status_update
  ADD COLUMN voice text NOT NULL DEFAULT 'joint' CHECK (voice IN ('joint', 'own')),   -- own: the author's organisation alone says it
  ADD COLUMN occasion text NOT NULL DEFAULT '' CHECK (occasion IN ('', 'activity', 'quarter', 'follow_up', 'signed', 'ended')),
  ADD COLUMN activity_id uuid,             -- the activity that it tells of
  ADD COLUMN not_after timestamptz,        -- what has not gone out by then is old news
  ADD COLUMN wordings jsonb NOT NULL DEFAULT '{}',   -- own words for a channel, by the connection's id
  ADD COLUMN ways jsonb NOT NULL DEFAULT '{}',       -- how a correction reaches a channel that has several ways: reply or anew
  ADD COLUMN rendered jsonb NOT NULL DEFAULT '{}',   -- what every channel is given, as the keys bind to it
  ADD COLUMN correction text NOT NULL DEFAULT '',    -- what is put right in what has been published
  ADD COLUMN published_hash text NOT NULL DEFAULT '',   -- of what residents read now
  ADD CONSTRAINT status_update_activity FOREIGN KEY (promise_id, activity_id) REFERENCES activity (promise_id, id) ON DELETE SET NULL (activity_id);
UPDATE status_update SET published_hash = content_hash WHERE published_at IS NOT NULL;
ALTER TABLE activity ADD COLUMN public_after date;   -- not a word of it before that day

CREATE TABLE picture_variant (            -- a picture as a channel takes it that wants it smaller
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  picture_id uuid NOT NULL REFERENCES picture ON DELETE CASCADE,
  channel text NOT NULL,
  mime text NOT NULL CHECK (mime IN ('image/jpeg', 'image/png', 'image/webp')),
  body bytea NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  sha256 text NOT NULL,
  UNIQUE (picture_id, channel)
);

-- ---------------------------------------------------------------- accounts
ALTER TABLE connection DROP CONSTRAINT connection_channel_check, DROP CONSTRAINT connection_form_check, DROP CONSTRAINT connection_state_check;
ALTER TABLE connection
  ADD COLUMN account_id text NOT NULL DEFAULT '',     -- the place's own name for the account
  ADD COLUMN limits jsonb NOT NULL DEFAULT '{}',      -- what the server said that it takes
  ADD COLUMN owner_id uuid REFERENCES person ON DELETE SET NULL,   -- who connected it, and is asked to renew it
  ADD COLUMN expires_at timestamptz,                  -- a person must renew it by then
  ADD COLUMN warned_days integer,                     -- the last warning was sent so many days before
  ADD COLUMN checked_at timestamptz,
  ADD COLUMN failing_since timestamptz,
  ADD COLUMN state_at timestamptz,                    -- since when its state is what it is
  ADD CONSTRAINT connection_channel_check
    CHECK (channel IN ('mastodon', 'webhook', 'bluesky', 'wordpress', 'hook', 'assisted', 'facebook')),
  ADD CONSTRAINT connection_form_check CHECK (
    CASE channel WHEN 'webhook' THEN form IN ('slack', 'teams')
                 WHEN 'assisted' THEN form IN ('facebook', 'instagram', 'linkedin', 'polisen', 'website')
                 ELSE form = '' END),
  ADD CONSTRAINT connection_state_check CHECK (state IN ('ok', 'warning', 'needs_human', 'off'));

CREATE TABLE channel_app (                -- what a server that must know its programs has given us: once for each server, for all organisations
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  channel text NOT NULL,
  base_url text NOT NULL,
  secret bytea NOT NULL,                  -- client id and client secret, encrypted
  created_at timestamptz NOT NULL,
  UNIQUE (channel, base_url)
);
CREATE TABLE connecting (                 -- somebody is at another server giving us leave; gone when they are back, or too late
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  person_id uuid NOT NULL REFERENCES person ON DELETE CASCADE,
  channel text NOT NULL,
  base_url text NOT NULL,
  secret bytea NOT NULL,                  -- state and PKCE verifier, encrypted
  expires_at timestamptz NOT NULL
);

-- ---------------------------------------------------------------- what goes out, and what became of it
ALTER TABLE delivery DROP CONSTRAINT delivery_channel_check, DROP CONSTRAINT delivery_state_check;
ALTER TABLE delivery
  ADD COLUMN act text NOT NULL DEFAULT 'publish' CHECK (act IN ('publish', 'edit', 'retract')),
  ADD COLUMN confirmed_at timestamptz,    -- fetched back, with our mark in it
  ADD COLUMN vanished_at timestamptz,     -- looked for again, and no longer there
  ADD COLUMN looked_at timestamptz,       -- when it was looked for the last time
  ADD CONSTRAINT delivery_channel_check
    CHECK (channel IN ('mail', 'page', 'feed', 'mastodon', 'webhook', 'bluesky', 'wordpress', 'hook', 'assisted', 'facebook')),
  ADD CONSTRAINT delivery_state_check CHECK (state IN ('planned', 'sending', 'sent', 'failed', 'unclear', 'skipped', 'manual'));
CREATE INDEX delivery_publication_due ON delivery (due_at) WHERE kind = 'publication' AND state = 'planned';   -- asked for every second
CREATE INDEX delivery_by_hand ON delivery (settled_at) WHERE kind = 'publication' AND state = 'manual';
CREATE INDEX delivery_vanished ON delivery (vanished_at) WHERE vanished_at IS NOT NULL;
CREATE INDEX delivery_to_look_for ON delivery (looked_at) WHERE kind = 'publication' AND state = 'sent';

CREATE TABLE publishing_stop (            -- nothing is published while one stands: of one organisation, or with none of the whole installation
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  organisation_id uuid REFERENCES organisation ON DELETE RESTRICT,
  why text NOT NULL,
  by_name text NOT NULL,
  by_office text NOT NULL,
  at timestamptz NOT NULL,
  lifted_at timestamptz,
  lifted_by text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX publishing_stop_one ON publishing_stop (coalesce(organisation_id, '00000000-0000-0000-0000-000000000000')) WHERE lifted_at IS NULL;

CREATE TABLE published_copy (             -- every publication as it was shown, and its correction and withdrawal: kept, whatever becomes of the post
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  status_update_id uuid NOT NULL,
  version integer NOT NULL,
  act text NOT NULL CHECK (act IN ('publish', 'edit', 'retract')),
  channel text NOT NULL,
  place text NOT NULL,                    -- the account's name
  shown jsonb NOT NULL,                   -- what was sent; of a withdrawal, why
  sha256 text NOT NULL DEFAULT '',        -- of the picture
  remote_url text NOT NULL DEFAULT '',
  at timestamptz NOT NULL,
  FOREIGN KEY (promise_id, status_update_id) REFERENCES status_update (promise_id, id) ON DELETE CASCADE
);
CREATE INDEX published_copy_update ON published_copy (status_update_id, at);

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON picture_variant, connecting, publishing_stop, published_copy, channel_app TO trygghet_system;
GRANT SELECT, INSERT, DELETE ON picture_variant TO trygghet_app;
GRANT SELECT, INSERT ON published_copy TO trygghet_app;
GRANT SELECT, INSERT, DELETE ON connecting TO trygghet_app;
GRANT SELECT, INSERT ON publishing_stop TO trygghet_app;
GRANT UPDATE (lifted_at, lifted_by) ON publishing_stop TO trygghet_app;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['picture_variant', 'connecting', 'publishing_stop', 'published_copy', 'channel_app'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
CREATE POLICY parties ON picture_variant TO trygghet_app
  USING (promise_id IN (SELECT a.promise_id FROM access a) AND picture_id IN (SELECT p.id FROM picture p));
CREATE POLICY parties ON published_copy TO trygghet_app USING (promise_id IN (SELECT a.promise_id FROM access a));
CREATE POLICY own ON connecting TO trygghet_app USING (organisation_id = current_organisation());
-- Everybody may know that the whole installation is stopped, and only the system's own role may stop it.
CREATE POLICY known ON publishing_stop FOR SELECT TO trygghet_app USING (organisation_id IS NULL OR organisation_id = current_organisation());
CREATE POLICY own ON publishing_stop FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY lift ON publishing_stop FOR UPDATE TO trygghet_app USING (organisation_id = current_organisation());
DROP POLICY partners ON connection;
CREATE POLICY partners ON connection FOR SELECT TO trygghet_app
  USING (channel <> 'webhook' AND organisation_id IN (SELECT p.organisation_id FROM party p));

ALTER TABLE member_event DROP CONSTRAINT member_event_act_check;
ALTER TABLE member_event ADD CONSTRAINT member_event_act_check CHECK (act IN (
  'organisation_added', 'office_added', 'office_closed', 'invited', 'invited_again', 'revoked', 'joined', 'appointed', 'days_changed', 'ended',
  'area_added', 'area_ended', 'handed_over', 'handover_ended', 'channel_connected', 'channel_paused', 'channel_resumed', 'channel_removed', 'mail_resumed',
  'ladder_changed', 'ladder_reset', 'publishing_stopped', 'publishing_resumed', 'channel_renewed', 'channel_secret_changed'));
