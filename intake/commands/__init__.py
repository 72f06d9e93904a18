"""What may be typed after each command, by what the commands are for."""
