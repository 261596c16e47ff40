"""The electronic logbook of the technical specialist at an exam centre."""
