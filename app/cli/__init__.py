"""Commands: parse, one service call, show."""
