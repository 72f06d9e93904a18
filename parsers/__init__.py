"""Bytes in, frozen values out: what a submission holds."""
