"""What a page says of itself, in whichever form: JSON-LD, microdata, meta elements, and where on the page it says so."""
