"""What is drawn: plots, maps and tiles as SVG, and marks in a text.  Pure."""
