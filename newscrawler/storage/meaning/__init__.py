"""What is kept of what articles say: vectors, their signs in a file, and events."""
