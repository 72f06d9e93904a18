"""What is kept: submissions, verdicts, cases, evidence."""
