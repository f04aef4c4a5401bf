-- A promise retold: in easy Swedish, or in another language. Each text that was offered stays as it was; residents read the one that
-- every party has turned its key on.

ALTER TABLE approval DROP CONSTRAINT approval_subject_kind_check;
ALTER TABLE approval ADD CONSTRAINT approval_subject_kind_check
  CHECK (subject_kind IN ('status_update', 'wording', 'signature', 'follow_up', 'merge', 'retelling'));

CREATE TABLE retelling (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  promise_id uuid NOT NULL REFERENCES promise ON DELETE CASCADE,
  code text NOT NULL CHECK (code ~ '^(lattlast|[a-z]{2,3})$'),    -- easy Swedish, or the language (BCP 47)
  number integer NOT NULL CHECK (number > 0),                     -- 1 for the first text in that language
  title text NOT NULL CHECK (title <> ''),
  body text NOT NULL CHECK (body <> ''),
  promise_version integer NOT NULL,                               -- which signed text it retells
  content_hash text NOT NULL,
  organisation_id uuid NOT NULL REFERENCES organisation ON DELETE RESTRICT,   -- whose words it is
  by_name text NOT NULL,
  by_office text NOT NULL,
  at timestamptz NOT NULL,
  published_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_why text NOT NULL DEFAULT '',
  UNIQUE (promise_id, code, number),
  UNIQUE (promise_id, id),
  CHECK ((withdrawn_at IS NULL) = (withdrawn_why = ''))
);

CREATE TABLE published_retelling (
  id uuid PRIMARY KEY,                    -- the text's own id
  promise_id uuid NOT NULL,
  code text NOT NULL,
  content jsonb NOT NULL,
  published_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  withdrawn_at timestamptz,
  withdrawn_why text NOT NULL DEFAULT '',
  UNIQUE (promise_id, code),              -- residents read one text in each language
  FOREIGN KEY (promise_id, id) REFERENCES retelling (promise_id, id) ON DELETE CASCADE
);

-- ---------------------------------------------------------------- the second wall
GRANT SELECT, INSERT, UPDATE, DELETE ON retelling, published_retelling TO trygghet_system;
GRANT SELECT, INSERT ON retelling TO trygghet_app;
GRANT UPDATE (published_at, withdrawn_at, withdrawn_why) ON retelling TO trygghet_app;   -- what keys bind to is never another text
GRANT SELECT, INSERT, DELETE ON published_retelling TO trygghet_app;
GRANT UPDATE (changed_at, withdrawn_at, withdrawn_why) ON published_retelling TO trygghet_app;
GRANT SELECT ON published_retelling TO trygghet_site;
ALTER TABLE retelling ENABLE ROW LEVEL SECURITY;
ALTER TABLE retelling FORCE ROW LEVEL SECURITY;
ALTER TABLE published_retelling ENABLE ROW LEVEL SECURITY;
ALTER TABLE published_retelling FORCE ROW LEVEL SECURITY;
CREATE POLICY system_all ON retelling TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY system_all ON published_retelling TO trygghet_system USING (true) WITH CHECK (true);
CREATE POLICY residents ON published_retelling FOR SELECT TO trygghet_site USING (true);
-- The parties alone: whoever was once named in a change that came to nothing keeps what it was shown then, and nothing more.
CREATE POLICY parties ON retelling TO trygghet_app
  USING (promise_id IN (SELECT y.promise_id FROM party y WHERE y.organisation_id = current_organisation()));
CREATE POLICY own_name ON retelling AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (organisation_id = current_organisation());
CREATE POLICY parties ON published_retelling TO trygghet_app
  USING (promise_id IN (SELECT y.promise_id FROM party y WHERE y.organisation_id = current_organisation()));
-- And what residents read is what every party has approved, word for word.
CREATE POLICY agreed_only ON published_retelling AS RESTRICTIVE FOR INSERT TO trygghet_app WITH CHECK (
  EXISTS (SELECT FROM retelling r WHERE r.id = published_retelling.id AND r.promise_id = published_retelling.promise_id
          AND r.code = published_retelling.code AND r.withdrawn_at IS NULL
          AND published_retelling.content ->> 'title' = r.title AND published_retelling.content ->> 'body' = r.body
          AND NOT EXISTS (
            SELECT FROM party y WHERE y.promise_id = r.promise_id AND NOT EXISTS (
              SELECT FROM approval a WHERE a.subject_id = r.id AND a.subject_kind = 'retelling' AND a.organisation_id = y.organisation_id
                AND a.content_hash = r.content_hash AND a.fell_at IS NULL))));
