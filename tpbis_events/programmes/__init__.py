"""What is held: programmes, events, waves, sessions, roles, quotas and their seats."""
