-- Who asked to follow on a page in English gets letters in English; what the parties have written stays as they wrote it.

ALTER TABLE follower ADD COLUMN language text NOT NULL DEFAULT 'sv' CHECK (language IN ('sv', 'en'));
