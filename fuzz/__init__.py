"""Mutated mails: whatever the bytes, there is a verdict, a storable entry and the raw mail in it, in bounded time."""
