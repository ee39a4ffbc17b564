-- which articles of a transaction are not in the full-text index until its end; empty outside of one
CREATE TABLE articles_unindexed (
    above INTEGER PRIMARY KEY           -- articles with a greater number
) STRICT;
