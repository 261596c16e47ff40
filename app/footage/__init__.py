"""Files of footage on media: copying with proof, manifests, coverage. No database, no web, no journal."""
