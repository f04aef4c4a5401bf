-- What residents may know of the organisations themselves: who there is, and which police area covers which municipality when.

CREATE TABLE published_organisation (
  id uuid PRIMARY KEY REFERENCES organisation ON DELETE CASCADE,
  slug text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('municipality', 'police', 'other')),
  name text NOT NULL,
  short_name text NOT NULL,
  code text,                                      -- SCB's, of a municipality; its first two digits are the county's
  municipalities jsonb NOT NULL DEFAULT '[]',     -- of a police area: [{slug, from, until}], both days included
  changed_at timestamptz NOT NULL
);
ALTER TABLE published_organisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE published_organisation FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON published_organisation TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY own ON published_organisation TO trygghet_app USING (id = current_organisation()) WITH CHECK (id = current_organisation());
CREATE POLICY residents ON published_organisation FOR SELECT TO trygghet_site USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON published_organisation TO trygghet_app, trygghet_system;
GRANT SELECT ON published_organisation TO trygghet_site;

CREATE FUNCTION publish_organisation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind <> 'canary' THEN
    INSERT INTO published_organisation (id, slug, kind, name, short_name, code, changed_at)
    VALUES (NEW.id, NEW.slug, NEW.kind, NEW.name, NEW.short_name, NEW.code, NEW.created_at)
    ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, kind = excluded.kind, name = excluded.name, short_name = excluded.short_name,
      code = excluded.code, changed_at = clock_timestamp();
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER publishes AFTER INSERT OR UPDATE OF slug, kind, name, short_name, code ON organisation
  FOR EACH ROW EXECUTE FUNCTION publish_organisation();

CREATE FUNCTION covered_municipalities(police uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('slug', o.slug, 'from', a.from_on, 'until', a.until_on) ORDER BY o.slug, a.from_on), '[]')
  FROM area_membership a JOIN organisation o ON o.id = a.municipality_id WHERE a.police_id = police
$$;
CREATE FUNCTION publish_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE published_organisation SET municipalities = covered_municipalities(id), changed_at = clock_timestamp()
  WHERE id = coalesce(NEW.police_id, OLD.police_id);
  RETURN NULL;
END $$;
CREATE TRIGGER publishes AFTER INSERT OR UPDATE OR DELETE ON area_membership FOR EACH ROW EXECUTE FUNCTION publish_area();

INSERT INTO published_organisation (id, slug, kind, name, short_name, code, municipalities, changed_at)
  SELECT id, slug, kind, name, short_name, code, covered_municipalities(id), created_at FROM organisation WHERE kind <> 'canary';
