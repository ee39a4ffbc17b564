"""What readers take away: feeds, search results as files, citations."""
