"""German words that stand beside those of a Russian regulation."""

GERMAN = {
    "page": "Seite",
    "of": "von",
    "foot": "Kontrollpunkt, gekürzte Prüfsumme und Adresse der Signaturprüfung",
    "signatures": "Signaturen",
    "unsigned": "noch nicht signiert",
    "performed": "ausgeführt",
    "confirmed": "bestätigt",
    "reviewed": "durchgesehen",
    "handed_over": "übergeben",
    "received": "übernommen",
    "witnessed": "bezeugt",
    "demo_banner": "Demo-Dokument, erfundene Daten",
    "rehearsal_banner": "Probelauf",
    "rehearsal_foot": "Probelauf, kein Prüfungsdokument",
    "technician": "Technische Fachkraft",
    "cctv_technician": "Technische Fachkraft für Videoüberwachung",
    "pes_head": "Leitung des Prüfungszentrums",
    "commission_member": "Mitglied der Prüfungskommission",
    "commission_head": "Vorsitz der Prüfungskommission",
}
