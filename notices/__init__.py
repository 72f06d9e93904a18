"""What leaves the house: answers, notices, feeds."""
