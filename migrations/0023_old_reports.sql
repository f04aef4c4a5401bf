-- A report about a letter so old that it says nothing of the address today is counted, and nothing more.

ALTER TABLE inbound_count DROP CONSTRAINT inbound_count_outcome_check;
ALTER TABLE inbound_count ADD CONSTRAINT inbound_count_outcome_check
  CHECK (outcome IN ('bounced', 'repeated', 'delayed', 'automatic', 'unreadable', 'forged', 'unknown', 'old'));
