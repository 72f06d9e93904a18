"""What is kept stays, is found again, and is told the same way."""
