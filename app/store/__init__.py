"""What we keep: the database, the files and the keys. The only layer that knows SQL."""
