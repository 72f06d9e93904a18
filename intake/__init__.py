"""The doors: SMTP, pipe, files; and the wiring behind them."""
