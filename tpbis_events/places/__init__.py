"""Places: provinces, regencies, countries, and the local time of a meeting.

Reference data lives beside this file in `data/*.csv` (where it comes from: `data/SOURCES.md`), is read once per
process and never changes while the product runs. Nothing here knows the database, a request or the clock: every
function is pure.
"""
