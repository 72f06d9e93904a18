"""What the operator may set, and the published policy as data."""
