-- The log of an organisation holds that it got another name in addresses.

ALTER TABLE member_event DROP CONSTRAINT member_event_act_check;
ALTER TABLE member_event ADD CONSTRAINT member_event_act_check CHECK (act IN (
  'organisation_added', 'organisation_renamed', 'office_added', 'office_closed', 'invited', 'invited_again', 'revoked', 'joined', 'appointed',
  'days_changed', 'ended', 'area_added', 'area_ended', 'handed_over', 'handover_ended', 'channel_connected', 'channel_paused', 'channel_resumed',
  'channel_removed', 'mail_resumed', 'ladder_changed', 'ladder_reset', 'publishing_stopped', 'publishing_resumed', 'channel_renewed',
  'channel_secret_changed', 'profile_changed'));
