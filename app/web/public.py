"""What somebody may reach without signing in. Everything else is closed."""

SIGN_IN, INVITED = "account.sign_in", "invitation.accept"
CHECK, BY_NUMBER = "check.page", "check.by_number"
CALENDAR = "calendar.feed"
WORKER = "reminders.worker"  # a script like those of "static"; its address says for which pages it is
TICKET = "check.by_ticket"
KEYS, KEY_SHEET = "published.page", "published.sheet"
WITNESS = "witness.add_checkpoint"  # for programs: what it takes carries its own signature
PUBLIC = frozenset({"static", SIGN_IN, INVITED, CHECK, BY_NUMBER, TICKET, CALENDAR, WORKER, WITNESS, KEYS, KEY_SHEET})
