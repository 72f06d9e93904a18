"""One file for each shape in which a reported thing can stand in a submission."""
