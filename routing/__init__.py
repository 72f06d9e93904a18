"""Is it ours: who handed the mail over, and what the policy says of it."""
