"""``flask certs``: a local authority of the exam centre and the server's certificate under it.

The authority may vouch for the named hosts only (critical name constraints): whoever steals its
key cannot pretend to be any other site on the phones that trust it.
"""

import contextlib
import fcntl
import ipaddress
import os
import re
import socket
import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app import config

AUTHORITY_DAYS, SERVER_DAYS = 3652, 365
SKEW = timedelta(days=1)  # a phone's clock may be behind
ALWAYS = ("localhost", "127.0.0.1")
NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
LINUX_SIOCGIFADDR = 0x8915
TRUST = """Each device must trust the authority {ca} once (the file is no secret; carry it by cable or flash drive):
  Android   Settings > Security > Encryption & credentials > Install a certificate > CA certificate
  iPhone    open the file, Settings > Profile Downloaded > Install; then General > About > Certificate Trust Settings
  Windows   certutil -user -addstore Root ca.pem
  macOS     open the file; in Keychain Access set "Always Trust"
  Linux     Chromium: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n logbook -i ca.pem; Firefox: Settings > Certificates
SHA-256 of the authority, to compare by eye: {fingerprint}"""

Key = ec.EllipticCurvePrivateKey


@click.group()
def certs() -> None:
    """Certificates for phones and laptops that join over the network."""


@certs.command()
@click.option(
    "--host", "hosts", multiple=True, metavar="NAME_OR_IP", help="Default: this machine's name and addresses."
)
@click.option("--new-authority", is_flag=True, help="Replace the authority; every device must trust the new one.")
def make(hosts: tuple[str, ...], new_authority: bool) -> None:
    """Make the authority (10 years) when there is none, and a new server certificate (1 year)."""
    folder = config.load(None, os.environ).tls_dir
    names = general_names([*hosts, *ALWAYS] if hosts else [*own_hosts(), *ALWAYS])
    now = datetime.now(UTC)
    pair = None if new_authority else stored_authority(folder)
    fresh = pair is None
    if pair is None:
        pair = new_pair(names, now)
    outside = [show(name) for name in names if not permitted(pair[0], name)]
    if outside:
        raise click.ClickException(
            f"The authority made earlier may not vouch for {', '.join(outside)}. Name other hosts with --host, "
            "or replace it with --new-authority; then every device must trust the new one."
        )
    if pair[0].not_valid_after_utc - now < timedelta(days=SERVER_DAYS):
        raise click.ClickException("The authority ends within a year. Replace it with --new-authority.")
    certificate, key = server_pair(pair, names, now)
    folder.parent.parent.mkdir(parents=True, exist_ok=True)
    for private in (folder.parent, folder):
        private.mkdir(exist_ok=True, mode=0o700)
    if fresh:
        write(folder / "ca.key", pem_key(pair[1]))
        write(folder / "ca.pem", pem(pair[0]))
    write(folder / "server.key", pem_key(key))
    write(folder / "server.pem", pem(certificate))
    click.echo(
        f"{'New authority and server' if fresh else 'Server'} certificate in {folder}, valid for: "
        f"{', '.join(show(n) for n in names)}; renew before {certificate.not_valid_after_utc:%Y-%m-%d}."
    )
    click.echo("Start with:  LOGBOOK_TLS=1 LOGBOOK_HOST=<address of this machine> make run")
    if fresh:
        click.echo(trust_text(folder, pair[0]))


@certs.command()
def trust() -> None:
    """Say how phones and laptops come to trust the authority."""
    folder = config.load(None, os.environ).tls_dir
    pair = stored_authority(folder)
    if pair is None:
        raise click.ClickException("There is no authority yet. Make it with: flask certs make")
    click.echo(trust_text(folder, pair[0]))


def trust_text(folder: Path, authority: x509.Certificate) -> str:
    """What to do on each kind of device."""
    return TRUST.format(ca=folder / "ca.pem", fingerprint=authority.fingerprint(hashes.SHA256()).hex(" ", 2))


def own_hosts() -> list[str]:
    """This machine's name and the IPv4 addresses of its interfaces (no packet is sent)."""
    name = socket.gethostname().lower()
    found = [name] if NAME.fullmatch(name) else []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, interface in socket.if_nameindex():
            with contextlib.suppress(OSError):
                found.append(interface_address(probe, interface))
    return [host for host in dict.fromkeys(found) if not host.startswith("127.")]


def interface_address(probe: socket.socket, interface: str) -> str:
    """IPv4 address of ``interface``; OSError when it has none."""
    answer = fcntl.ioctl(probe.fileno(), LINUX_SIOCGIFADDR, struct.pack("256s", interface.encode()[:15]))
    return socket.inet_ntoa(answer[20:24])


def general_names(hosts: Iterable[str]) -> list[x509.GeneralName]:
    """Names and addresses as a certificate holds them, each once; refuses what is neither."""
    names: list[x509.GeneralName] = []
    for host in dict.fromkeys(h.strip().strip("[]") for h in hosts):
        try:
            names.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            try:
                ascii_name = host.lower().encode("idna").decode()
            except UnicodeError:
                ascii_name = ""
            if not NAME.fullmatch(ascii_name):
                raise click.BadParameter(f"{host!r} is neither a host name nor an address.") from None
            names.append(x509.DNSName(ascii_name))
    return list(dict.fromkeys(names))


def show(name: x509.GeneralName) -> str:
    """A name or address as people write it."""
    return str(name.value)


def constraint(name: x509.GeneralName) -> x509.GeneralName:
    """The subtree that holds exactly ``name`` (of a host name: and the names below it)."""
    return x509.IPAddress(ipaddress.ip_network(name.value)) if isinstance(name, x509.IPAddress) else name


def permitted(authority: x509.Certificate, name: x509.GeneralName) -> bool:
    """Whether the authority's name constraints allow ``name`` itself."""
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return constraint(name) in (limits.permitted_subtrees or ())


def base(subject: str, issuer: x509.Name | None, key: Key, now: datetime, days: int) -> x509.CertificateBuilder:
    """What both certificates have in common; ``issuer`` None means self-signed."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject[:64])])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer or name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )


def usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """Key usage of the authority, or of the server."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs_certificates,
        crl_sign=signs_certificates, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def new_pair(names: list[x509.GeneralName], now: datetime) -> tuple[x509.Certificate, Key]:
    """A new authority that may vouch for ``names`` only; ``names`` holds a host name and an address,
    for a kind of name without any permitted subtree would be free."""
    key = ec.generate_private_key(ec.SECP256R1())
    limits = x509.NameConstraints(permitted_subtrees=[constraint(name) for name in names], excluded_subtrees=None)
    certificate = (
        base(f"Logbook authority {socket.gethostname()} {now:%Y-%m-%d}", None, key, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage(signs_certificates=True), critical=True)
        .add_extension(limits, critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def server_pair(
    authority: tuple[x509.Certificate, Key], names: list[x509.GeneralName], now: datetime
) -> tuple[x509.Certificate, Key]:
    """A server certificate for ``names`` with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        base(show(names[0]), authority[0].subject, key, now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage(signs_certificates=False), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority[1].public_key()), critical=False)
        .sign(authority[1], hashes.SHA256())
    )
    return certificate, key


def stored_authority(folder: Path) -> tuple[x509.Certificate, Key] | None:
    """The authority made earlier, or None."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    except FileNotFoundError:
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise click.ClickException(f"ca.pem and ca.key in {folder} do not belong together. Use --new-authority.")
    return certificate, key


def pem(certificate: x509.Certificate) -> bytes:
    """The certificate as text."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def pem_key(key: Key) -> bytes:
    """The private key as text, not encrypted: the folder's mode protects it."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write(path: Path, content: bytes) -> None:
    """Replace ``path`` in one step; nobody else ever may read it (mode 0600)."""
    part = path.with_suffix(path.suffix + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.replace(part, path)
