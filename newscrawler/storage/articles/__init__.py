"""What is kept of articles: their rows, states, pages, copies, stories, verdicts and labels."""
