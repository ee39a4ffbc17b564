-- all that ranking the stories of a window asks of an article: relevance and type stand behind the text in its row
CREATE INDEX articles_for_front ON articles(id, story_id, source_id, relevance, type, published);
