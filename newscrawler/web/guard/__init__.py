"""What keeps the room safe and answering: headers, memory, kept answers, visitors' SQL, words that are reserved."""
