"""Packages of a day: one file that proves itself with nothing but itself and the published key."""
