-- The joint follow-up of each year: sealed assessments, what the parties agree on, and the frozen whole.

ALTER TABLE approval DROP CONSTRAINT approval_subject_kind_check;
ALTER TABLE approval ADD CONSTRAINT approval_subject_kind_check
  CHECK (subject_kind IN ('status_update', 'wording', 'signature', 'follow_up', 'merge'));

-- A room is there as soon as its duty is; the row is made by the first who does something in it, under the duty's own id.
CREATE TABLE follow_up (
  id uuid PRIMARY KEY,
  promise_id uuid NOT NULL,
  revealed_at timestamptz,                -- every party has handed in; from then on all read all assessments and nobody changes one
  subjects jsonb NOT NULL DEFAULT '[]',   -- what got verdicts, as it read when the seal was broken: the promise may change afterwards
  joint jsonb NOT NULL DEFAULT '{}',      -- what is said together of each subject that was judged differently
  summary text NOT NULL DEFAULT '',
  lessons text NOT NULL DEFAULT '',
  next_year text NOT NULL DEFAULT '',
  content jsonb,                          -- all of it as it is approved: figures, assessments, joint verdicts, texts
  content_hash text NOT NULL DEFAULT '',  -- SHA-256 of the canonical JSON of the content
  edited_name text NOT NULL DEFAULT '',
  edited_office text NOT NULL DEFAULT '',
  edited_for uuid REFERENCES organisation ON DELETE RESTRICT,
  edited_at timestamptz,
  signed_at timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (promise_id, id),
  FOREIGN KEY (promise_id, id) REFERENCES obligation (promise_id, id) ON DELETE CASCADE
);

CREATE TABLE hand_in (                    -- a party has set its verdicts; what they are is not here
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL,
  follow_up_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  by_name text NOT NULL,
  by_office text NOT NULL,
  at timestamptz NOT NULL,
  subjects jsonb NOT NULL DEFAULT '{}',   -- how what it has judged read then: a goal that is rewritten afterwards has not been judged
  UNIQUE (follow_up_id, organisation_id),
  FOREIGN KEY (promise_id, follow_up_id) REFERENCES follow_up (promise_id, id) ON DELETE CASCADE
);

CREATE TABLE assessment (                 -- one party's verdict on one goal, sealed until all have handed in
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL,
  follow_up_id uuid NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,
  subject text NOT NULL,                  -- goal:<id>, activity:<id>, promise
  verdict text CHECK (verdict IN ('achieved', 'partly', 'not_achieved', 'cancelled', 'not_assessed')),
  reason text NOT NULL DEFAULT '',
  UNIQUE (follow_up_id, organisation_id, subject),
  FOREIGN KEY (promise_id, follow_up_id) REFERENCES follow_up (promise_id, id) ON DELETE CASCADE
);

CREATE TABLE follow_up_merge (            -- a short first year is followed up together with the next: decided by all, with a reason
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  year integer NOT NULL,                  -- the first year, which gets no follow-up of its own
  reason text NOT NULL CHECK (reason <> ''),
  content_hash text NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,   -- who proposed it
  by_name text NOT NULL,
  by_office text NOT NULL,
  at timestamptz NOT NULL,
  agreed_at timestamptz,
  withdrawn_at timestamptz,
  CHECK (agreed_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX follow_up_merge_one ON follow_up_merge (promise_id, year) WHERE withdrawn_at IS NULL;

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON follow_up, hand_in, assessment, follow_up_merge TO trygghet_app, trygghet_system;
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['follow_up', 'hand_in', 'assessment', 'follow_up_merge'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system_all ON %I TO trygghet_system USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY parties ON %I TO trygghet_app USING (promise_id IN (SELECT a.promise_id FROM access a))', t);
  END LOOP;
END $$;
REVOKE DELETE ON follow_up FROM trygghet_app;
REVOKE UPDATE ON hand_in FROM trygghet_app;
REVOKE DELETE, UPDATE ON follow_up_merge FROM trygghet_app;
GRANT UPDATE (agreed_at, withdrawn_at) ON follow_up_merge TO trygghet_app;

-- The seal: another party's answers are not there to be read until all have handed in, and a draft that was never handed in never is.
CREATE POLICY sealed ON assessment AS RESTRICTIVE FOR SELECT TO trygghet_app USING (
  organisation_id = current_organisation()
  OR EXISTS (SELECT FROM follow_up f JOIN hand_in h ON h.follow_up_id = f.id AND h.organisation_id = assessment.organisation_id
             WHERE f.id = assessment.follow_up_id AND f.revealed_at IS NOT NULL));
CREATE POLICY own_name ON assessment AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_word ON assessment AS RESTRICTIVE FOR UPDATE TO trygghet_app
  USING (organisation_id = current_organisation()) WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_gone ON assessment AS RESTRICTIVE FOR DELETE TO trygghet_app USING (organisation_id = current_organisation());
CREATE POLICY own_name ON hand_in AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY own_word ON hand_in AS RESTRICTIVE FOR DELETE TO trygghet_app USING (organisation_id = current_organisation());
CREATE POLICY own_name ON follow_up_merge AS RESTRICTIVE FOR INSERT TO trygghet_app
  WITH CHECK (organisation_id = current_organisation() AND agreed_at IS NULL AND withdrawn_at IS NULL);

-- What was handed in stands until it is taken back, and after the seal is broken nobody takes anything back.
CREATE FUNCTION assessment_is_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one assessment := coalesce(NEW, OLD);
BEGIN
  IF EXISTS (SELECT FROM hand_in h WHERE h.follow_up_id = one.follow_up_id AND h.organisation_id = one.organisation_id)
     OR EXISTS (SELECT FROM follow_up f WHERE f.id = one.follow_up_id AND (f.revealed_at IS NOT NULL OR f.signed_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'an assessment that has been handed in cannot change' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN one;
END $$;
CREATE TRIGGER is_sealed BEFORE INSERT OR UPDATE OR DELETE ON assessment FOR EACH ROW EXECUTE FUNCTION assessment_is_sealed();

CREATE FUNCTION hand_in_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE one hand_in := coalesce(NEW, OLD);
BEGIN
  IF EXISTS (SELECT FROM follow_up f WHERE f.id = one.follow_up_id AND f.revealed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the seal has been broken' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN one;
END $$;
CREATE TRIGGER stands BEFORE INSERT OR DELETE ON hand_in FOR EACH ROW EXECUTE FUNCTION hand_in_stands();

-- The seal is broken when all have handed in and never mended; what approvals bind to does not change under them; what all have
-- approved is signed, and then nothing of it changes.
CREATE FUNCTION follow_up_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.revealed_at IS NOT NULL OR NEW.signed_at IS NOT NULL THEN
      RAISE EXCEPTION 'a room begins sealed and unsigned' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.signed_at IS NOT NULL OR (OLD.revealed_at IS NOT NULL AND NEW.revealed_at IS DISTINCT FROM OLD.revealed_at)
     OR (NEW.id, NEW.promise_id) IS DISTINCT FROM (OLD.id, OLD.promise_id) THEN
    RAISE EXCEPTION 'what is signed or revealed stays so' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.revealed_at IS NOT NULL AND OLD.revealed_at IS NULL AND (
       NOT EXISTS (SELECT FROM party y WHERE y.promise_id = NEW.promise_id) OR EXISTS (
       SELECT FROM party y WHERE y.promise_id = NEW.promise_id
       AND NOT EXISTS (SELECT FROM hand_in h WHERE h.follow_up_id = NEW.id AND h.organisation_id = y.organisation_id))) THEN
    RAISE EXCEPTION 'the seal is broken when every party has handed in' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.content IS DISTINCT FROM OLD.content AND EXISTS (
       SELECT FROM approval a WHERE a.subject_id = NEW.id AND a.content_hash = NEW.content_hash AND a.fell_at IS NULL) THEN
    RAISE EXCEPTION 'a follow-up that has been approved cannot become another under the same hash' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.signed_at IS NOT NULL AND (NEW.revealed_at IS NULL OR NEW.content IS NULL OR EXISTS (
       SELECT FROM party y WHERE y.promise_id = NEW.promise_id
       AND NOT EXISTS (SELECT FROM approval a WHERE a.subject_id = NEW.id AND a.subject_kind = 'follow_up' AND a.organisation_id = y.organisation_id
                       AND a.content_hash = NEW.content_hash AND a.fell_at IS NULL))) THEN
    RAISE EXCEPTION 'a follow-up is signed by every party, on exactly its hash, or not at all' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keeps_its_word BEFORE INSERT OR UPDATE ON follow_up FOR EACH ROW EXECUTE FUNCTION follow_up_keeps_its_word();

CREATE FUNCTION follow_up_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.signed_at IS NOT NULL AND EXISTS (SELECT FROM promise p WHERE p.id = OLD.promise_id) THEN
    RAISE EXCEPTION 'a signed follow-up stays' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER stays BEFORE DELETE ON follow_up FOR EACH ROW EXECUTE FUNCTION follow_up_stays();

-- Two years are followed up as one by the approval of all, and not otherwise.
CREATE FUNCTION merge_is_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.agreed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL THEN
    RAISE EXCEPTION 'what has been decided stays' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.agreed_at IS NOT NULL AND EXISTS (
       SELECT FROM party y WHERE y.promise_id = NEW.promise_id
       AND NOT EXISTS (SELECT FROM approval a WHERE a.subject_id = NEW.id AND a.subject_kind = 'merge' AND a.organisation_id = y.organisation_id
                       AND a.content_hash = NEW.content_hash AND a.fell_at IS NULL)) THEN
    RAISE EXCEPTION 'every party decides that two years are followed up as one' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER is_agreed BEFORE UPDATE ON follow_up_merge FOR EACH ROW EXECUTE FUNCTION merge_is_agreed();

CREATE FUNCTION promise_merges_as_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM unnest(NEW.merged_years) y WHERE y <> ALL (OLD.merged_years) AND NOT EXISTS (
       SELECT FROM follow_up_merge m WHERE m.promise_id = NEW.id AND m.year = y AND m.agreed_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'two years are followed up as one when every party has decided it' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER merges_as_decided BEFORE UPDATE ON promise FOR EACH ROW EXECUTE FUNCTION promise_merges_as_decided();

-- A key on what is signed does not fall.
CREATE FUNCTION signed_keys_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.fell_at IS NOT NULL AND NEW.subject_kind = 'follow_up' AND EXISTS (
       SELECT FROM follow_up f WHERE f.id = NEW.subject_id AND f.signed_at IS NOT NULL AND f.content_hash = NEW.content_hash) THEN
    RAISE EXCEPTION 'a key on a signed follow-up stays' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signed_stay BEFORE UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION signed_keys_stay();
