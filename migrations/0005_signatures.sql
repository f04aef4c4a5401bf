-- To whom a text has been opened, what is answered beside it, and the gate once more where no code can walk round it.

ALTER TABLE wording ADD COLUMN shared_with uuid[] NOT NULL DEFAULT '{}';   -- the organisations that it was shared with, its author among them
ALTER TABLE comment ADD COLUMN answer text NOT NULL DEFAULT '';
REVOKE UPDATE ON comment FROM trygghet_app;
GRANT UPDATE (settled_at, settled_how, settled_by, answer) ON comment TO trygghet_app;

-- Whose keys a text needs: every party that it names, and in a change also those who have signed what it changes.
CREATE FUNCTION wording_needs(w wording) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
  SELECT (part -> 'fields' ->> 'organisation')::uuid FROM jsonb_array_elements(w.manuscript) part
    WHERE part ->> 'kind' = 'party' AND coalesce(part -> 'fields' ->> 'organisation', '') <> ''
  UNION SELECT y.organisation_id FROM party y WHERE y.promise_id = w.promise_id AND w.number > 1
$$;

-- What approvals bind to cannot be changed under them, and nothing is signed without every party's approval and signature on its hash.
CREATE FUNCTION wording_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.manuscript, NEW.content_hash, NEW.number, NEW.kind, NEW.reason)
     IS DISTINCT FROM (OLD.manuscript, OLD.content_hash, OLD.number, OLD.kind, OLD.reason)
     AND (NEW.content_hash = OLD.content_hash
          OR EXISTS (SELECT FROM approval a WHERE a.subject_id = NEW.id AND a.content_hash = NEW.content_hash AND a.fell_at IS NULL)) THEN
    RAISE EXCEPTION 'a text that has been approved cannot become another under the same hash' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF NEW.signed_at IS NOT NULL AND (NEW.withdrawn_at IS NOT NULL OR NOT EXISTS (SELECT wording_needs(NEW)) OR EXISTS (
       SELECT FROM wording_needs(NEW) party, unnest(ARRAY['wording', 'signature']) kind
       WHERE NOT EXISTS (SELECT FROM approval a WHERE a.subject_id = NEW.id AND a.subject_kind = kind AND a.organisation_id = party
                         AND a.content_hash = NEW.content_hash AND a.fell_at IS NULL))) THEN
    RAISE EXCEPTION 'a wording is signed by every party, on exactly its hash, or not at all' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keeps_its_word BEFORE INSERT OR UPDATE ON wording FOR EACH ROW EXECUTE FUNCTION wording_keeps_its_word();

-- A promise takes effect, and becomes another version, by the wording of that number that all have signed. What was signed on paper
-- before it came here is entered as a whole and has no wording.
CREATE FUNCTION promise_follows_its_wording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.version <> OLD.version
      OR (OLD.stage IN ('draft', 'shared', 'agreed') AND NEW.stage NOT IN ('draft', 'shared', 'agreed')
          AND EXISTS (SELECT FROM wording w WHERE w.promise_id = NEW.id)))
     AND NOT EXISTS (SELECT FROM wording w WHERE w.promise_id = NEW.id AND w.number = NEW.version AND w.signed_at IS NOT NULL) THEN
    RAISE EXCEPTION 'a promise takes effect by a wording that all have signed' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER follows_its_wording BEFORE UPDATE ON promise FOR EACH ROW EXECUTE FUNCTION promise_follows_its_wording();

-- And residents read only of what is signed.
CREATE POLICY signed_only ON published_promise AS RESTRICTIVE FOR INSERT TO trygghet_app
  WITH CHECK (promise_id IN (SELECT p.id FROM promise p WHERE p.stage NOT IN ('draft', 'shared', 'agreed')));
CREATE POLICY signed_still ON published_promise AS RESTRICTIVE FOR UPDATE TO trygghet_app USING (true)
  WITH CHECK (promise_id IN (SELECT p.id FROM promise p WHERE p.stage NOT IN ('draft', 'shared', 'agreed')));
