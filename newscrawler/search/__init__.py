"""Finding articles: what was typed -> a query -> ids, then snippets, facets, related ones (docs/search.md)."""
