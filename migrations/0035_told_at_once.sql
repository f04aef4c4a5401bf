-- Every process that keeps residents' pages in memory is told at once when what residents may read has changed.
-- One message whatever changed: which pages show it (a municipality's, its police area's, the front page, feeds, data) is nobody's to know here.

CREATE FUNCTION tell_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY published;   -- is heard when the transaction is committed, once however often it was said
  RETURN NULL;
END $$;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['published_promise', 'published_update', 'published_picture', 'published_follow_up', 'published_organisation',
                           'published_version', 'published_retelling', 'former_slug'] LOOP
    EXECUTE format('CREATE TRIGGER tell_published AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION tell_published()', t);
  END LOOP;
END $$;
