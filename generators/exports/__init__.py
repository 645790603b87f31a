"""What other tools read: calendars, owners, forms, schedules and the definitions of a pager."""
