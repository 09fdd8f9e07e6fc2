"""What every room stands on and no room's own: database, transaction, clock, errors, tokens, codes, logs."""
