-- what its item in a feed stated of the rights in it, as articles.rights_stated; NULL: nothing
ALTER TABLE links ADD COLUMN rights_hint TEXT;

-- how many articles of a source are reserved, under a licence or unknown
CREATE INDEX articles_with_rights ON articles(source_id, rights) WHERE rights IS NOT NULL;
