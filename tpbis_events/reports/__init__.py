"""What leaves the house: tables, lists and reports; and what belongs together across the rooms below."""
