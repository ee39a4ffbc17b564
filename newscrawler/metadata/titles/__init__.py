"""The headline (`believed`), without marks and the house's name."""
