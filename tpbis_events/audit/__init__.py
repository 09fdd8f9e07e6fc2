"""Who did what, when, before and after."""
