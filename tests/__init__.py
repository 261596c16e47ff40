"""Ours: some package of the environment brings a package of this name too."""
