-- A shared text is open to those it was shared with. Access to the promise is wider than that: whoever was named in a change that came to
-- nothing keeps what it was shown then, and sees nothing of what the parties write among themselves afterwards.

SET LOCAL ROLE trygghet_system;           -- the walls are up also for who owns the tables
UPDATE wording w SET shared_with = (SELECT array_agg(a.organisation_id) FROM access a WHERE a.promise_id = w.promise_id)
  WHERE w.shared_at IS NOT NULL AND w.signed_at IS NULL AND w.shared_with = '{}';
RESET ROLE;

DROP POLICY parties_once_shared ON wording;
CREATE POLICY readers ON wording TO trygghet_app USING (
  promise_id IN (SELECT a.promise_id FROM access a)
  AND (organisation_id = current_organisation() OR current_organisation() = ANY(shared_with) OR signed_at IS NOT NULL));
-- What was kept of a text and said beside it is as private as the text.
CREATE POLICY readers ON wording_revision AS RESTRICTIVE TO trygghet_app USING (wording_id IN (SELECT w.id FROM wording w));
CREATE POLICY readers ON comment AS RESTRICTIVE TO trygghet_app USING (wording_id IN (SELECT w.id FROM wording w));
-- And what the log tells of its making: whoever may not read the text sees only that the chain goes on.
CREATE POLICY readers ON event AS RESTRICTIVE FOR SELECT TO trygghet_app USING (
  organisation_id = current_organisation() OR act !~ '^(wording|approval|signature|comment|suggestion)\.'
  OR subject_id IN (SELECT w.id FROM wording w));
