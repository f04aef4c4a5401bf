-- An organisation's own channels in Teams, Slack and what speaks like them: one address each, which is a secret, and nobody else's to see.

ALTER TABLE connection DROP CONSTRAINT connection_channel_check;
ALTER TABLE connection
  ADD COLUMN form text NOT NULL DEFAULT '',   -- how a webhook wants its posts: as Slack or as Teams reads them
  ADD CONSTRAINT connection_channel_check CHECK (channel IN ('mastodon', 'webhook')),
  ADD CONSTRAINT connection_form_check CHECK (form IN ('', 'slack', 'teams') AND (form <> '') = (channel = 'webhook'));
DROP POLICY partners ON connection;
CREATE POLICY partners ON connection FOR SELECT TO trygghet_app
  USING (channel <> 'webhook' AND organisation_id IN (SELECT p.organisation_id FROM party p));

ALTER TABLE member_event DROP CONSTRAINT member_event_act_check;
ALTER TABLE member_event ADD CONSTRAINT member_event_act_check CHECK (act IN (
  'organisation_added', 'office_added', 'office_closed', 'invited', 'invited_again', 'revoked', 'joined', 'appointed', 'days_changed', 'ended',
  'area_added', 'area_ended', 'handed_over', 'handover_ended', 'channel_connected', 'channel_paused', 'channel_resumed', 'channel_removed', 'mail_resumed',
  'ladder_changed', 'ladder_reset'));
