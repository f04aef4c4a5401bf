-- An organisation's own look on residents' pages, and its word on how accessible they are. All of it is public the moment it is saved.

ALTER TABLE published_organisation
  ADD COLUMN colour text CHECK (colour ~ '^#[0-9a-f]{6}$'),   -- on a light ground; the one for a dark ground is reckoned from it
  ADD COLUMN crest bytea,                                     -- PNG, drawn anew by us
  ADD COLUMN crest_hash text NOT NULL DEFAULT '',             -- SHA-256 of the crest, empty without one
  ADD COLUMN crest_width integer NOT NULL DEFAULT 0,
  ADD COLUMN crest_height integer NOT NULL DEFAULT 0,
  ADD COLUMN council text NOT NULL DEFAULT '',                -- the local crime prevention council, as the organisation presents it
  ADD COLUMN access_email text NOT NULL DEFAULT '',
  ADD COLUMN access_level text NOT NULL DEFAULT '' CHECK (access_level IN ('', 'full', 'partly', 'not')),
  ADD COLUMN shortcomings text NOT NULL DEFAULT '',
  ADD COLUMN assessed_on date;

-- What somebody could not use. The letter about it is planned in the same unit of work; these rows bound how many there may be.
CREATE TABLE fault_report (
  id uuid PRIMARY KEY,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE CASCADE,
  text text NOT NULL,
  page text NOT NULL,
  email text NOT NULL,
  network text NOT NULL,                                      -- a hash that holds for one day
  reported_at timestamptz NOT NULL
);
CREATE INDEX ON fault_report (organisation_id, reported_at);
ALTER TABLE fault_report ENABLE ROW LEVEL SECURITY;
ALTER TABLE fault_report FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON fault_report TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY own ON fault_report TO trygghet_app USING (organisation_id = current_organisation()) WITH CHECK (organisation_id = current_organisation());
GRANT SELECT, INSERT, DELETE ON fault_report TO trygghet_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON fault_report TO trygghet_system;

ALTER TABLE member_event DROP CONSTRAINT member_event_act_check;
ALTER TABLE member_event ADD CONSTRAINT member_event_act_check CHECK (act IN (
  'organisation_added', 'office_added', 'office_closed', 'invited', 'invited_again', 'revoked', 'joined', 'appointed', 'days_changed', 'ended',
  'area_added', 'area_ended', 'handed_over', 'handover_ended', 'channel_connected', 'channel_paused', 'channel_resumed', 'channel_removed', 'mail_resumed',
  'ladder_changed', 'ladder_reset', 'publishing_stopped', 'publishing_resumed', 'channel_renewed', 'channel_secret_changed', 'profile_changed'));
