-- What is told of a change names the municipalities in whose addresses it shows, so that the pages of all others stay in memory.
-- Who cannot tell names none, which means everywhere: what organisations are called, a promise that is nowhere (any more), an emptied table.

CREATE FUNCTION tell_published_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE places text[];
BEGIN
  IF TG_TABLE_NAME = 'published_promise' THEN
    places := array_remove(ARRAY[OLD.slug, NEW.slug], NULL);
  ELSE   -- who may change a row sees every place that its promise is published in, or none of them
    places := ARRAY(SELECT slug FROM published_promise WHERE promise_id = coalesce(NEW.promise_id, OLD.promise_id));
    IF OLD.promise_id <> NEW.promise_id THEN
      places := '{}';
    END IF;
  END IF;
  IF places = '{}' THEN
    NOTIFY published;
  END IF;
  PERFORM pg_notify('published', place) FROM unnest(places) AS place;   -- heard when the transaction is committed, once however often it was said
  RETURN NULL;
END $$;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['published_promise', 'published_update', 'published_picture', 'published_follow_up', 'published_version',
                           'published_retelling'] LOOP
    EXECUTE format('DROP TRIGGER tell_published ON %I', t);
    EXECUTE format('CREATE TRIGGER tell_published AFTER TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION tell_published()', t);
    EXECUTE format('CREATE TRIGGER tell_published_place AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION tell_published_place()', t);
  END LOOP;
END $$;
