"""An article through time: what changed, what is gone, what may pass for either (docs/revisions.md).  Pure."""
