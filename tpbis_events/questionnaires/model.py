"""Pre-test, post-test, evaluation, and the commitments that follow from a meeting."""

from __future__ import annotations
