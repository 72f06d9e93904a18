"""The desk: what staff see, search and decide."""
