"""English words that stand on every page: beside those of a regulation, or alone."""

ENGLISH = {
    "page": "page",
    "of": "of",
    "foot": "Checkpoint, short root and address for checking",
    "replaces": "Revision {new}; replaces revision {old} of {date}, SHA-256 {file},",
    "because_addenda": "because of addendum {numbers}.",
    "because_entries": "because the journal has gone on.",
    "signatures": "Signatures",
    "unsigned": "not signed yet",
    "performed": "performed",
    "confirmed": "confirmed",
    "reviewed": "reviewed",
    "handed_over": "handed over",
    "received": "received",
    "witnessed": "witnessed",
    "demo_banner": "specimen, invented data",
    "rehearsal_banner": "rehearsal",
    "rehearsal_foot": "rehearsal, no document of an exam",
}
