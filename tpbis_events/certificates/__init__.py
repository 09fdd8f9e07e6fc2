"""Certificates: who earned one, issue, look up, draw."""
