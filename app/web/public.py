"""What somebody may reach without signing in. Everything else is closed."""

SIGN_IN, INVITED = "account.sign_in", "invitation.accept"
CHECK, BY_NUMBER = "check.page", "check.by_number"
CALENDAR = "calendar.feed"
WORKER = "reminders.worker"  # a script like those of "static"; its address says for which pages it is
PUBLIC = frozenset({"static", SIGN_IN, INVITED, CHECK, BY_NUMBER, CALENDAR, WORKER})
