"""When to look again, and what to ask for: endpoints, known articles, the past of a source.  Pure."""
