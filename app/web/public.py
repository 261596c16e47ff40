"""What somebody may reach without signing in. Everything else is closed."""

SIGN_IN, CHECK, BY_NUMBER = "account.sign_in", "check.page", "check.by_number"
PUBLIC = frozenset({"static", SIGN_IN, CHECK, BY_NUMBER})
