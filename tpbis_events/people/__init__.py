"""Persons, organizer accounts, and who acts: with which rights, over which provinces."""
