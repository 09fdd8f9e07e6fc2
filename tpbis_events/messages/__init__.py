"""Messages of the office to many, reminders, and who is to be told by telephone."""
