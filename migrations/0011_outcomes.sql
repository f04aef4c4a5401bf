-- A reporter's own latest rows, and all rows of a promise, are found without reading everybody's: a file may bring thousands at once.
CREATE INDEX outcome_reporter ON outcome (organisation_id, reporter_id, recorded_at) WHERE corrects_id IS NULL;
CREATE INDEX outcome_promise ON outcome (promise_id);
