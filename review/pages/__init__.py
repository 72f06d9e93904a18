"""The pages of the desk, by what they show."""
