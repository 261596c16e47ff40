"""Finnish words that stand beside those of a Russian regulation."""

FINNISH = {
    "page": "sivu",
    "of": "/",
    "foot": "Tarkistuspiste, lyhennetty tarkistussumma ja tarkistusosoite",
    "signatures": "Allekirjoitukset",
    "unsigned": "ei vielä allekirjoitettu",
    "performed": "suorittanut",
    "confirmed": "vahvistanut",
    "reviewed": "tarkastanut",
    "handed_over": "luovuttanut",
    "received": "vastaanottanut",
    "witnessed": "todistanut",
    "demo_banner": "esittelyasiakirja, keksityt tiedot",
    "rehearsal_banner": "harjoitus",
    "rehearsal_foot": "harjoitus, ei kokeen asiakirja",
    "technician": "Tekninen asiantuntija",
    "cctv_technician": "Videovalvonnan tekninen asiantuntija",
    "pes_head": "Koepaikan johtaja",
    "commission_member": "Tutkintolautakunnan jäsen",
    "commission_head": "Tutkintolautakunnan puheenjohtaja",
}
