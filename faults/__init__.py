"""Faults on purpose: what was acknowledged is still there, once, and in a legal state, whatever was killed, cut or filled."""
