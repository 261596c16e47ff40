"""Hand e-mail to the mail server: encrypted when it can be, one connection for many messages.

No error tells an address or a password; what a server answers is told by its number alone.
"""

import smtplib
import ssl
from types import TracebackType
from typing import Any

from app.domain import N_, DomainError
from app.domain.network import MailServer, is_loopback

TIMEOUT = 10  # seconds for each answer of the server
UNREACHED = N_("The mail server cannot be reached: %(reason)s.")
UNTRUSTED = N_("The certificate of the mail server is not trusted: %(reason)s.")
NO_ENCRYPTION = N_("The mail server offers no encryption, and a password is never sent without.")
NO_LOGIN = N_("The mail server does not take the user or the password (answer %(code)s).")
NO_USERS = N_("The mail server takes no user and password, but smtp_url has them.")
NO_SENDER = N_("The mail server does not take the sender (answer %(code)s).")
NO_ADDRESS = N_("The mail server does not take the address (answer %(code)s).")
NO_MESSAGE = N_("The mail server does not take the message (answer %(code)s).")
LOST = N_("The connection broke before the mail server said whether it took the message.")


class Undelivered(DomainError):
    """A message was not sent. ``server``: no other would be now; ``unsure``: the server may have taken it."""

    status = 502

    def __init__(self, message: str, server: bool = False, unsure: bool = False, **params: object) -> None:
        super().__init__(message, **params)
        self.server = server
        self.unsure = unsure


class Post:
    """A connection that opens with the first message and opens again when the server has closed it."""

    def __init__(self, server: MailServer, sender: str) -> None:
        self.server = server
        self.sender = sender
        self.smtp: smtplib.SMTP | None = None

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.smtp is not None:
            _quit(self.smtp)

    def send(self, whole: bytes, to: str) -> None:
        """Hand one message over, lines ending in CRLF. Raises Undelivered."""
        smtp = self._envelope(to)
        try:
            code, _ = smtp.data(whole)
        except smtplib.SMTPDataError as err:  # refused before a byte of it was sent
            code = err.smtp_code
        except (smtplib.SMTPException, OSError) as err:
            self._drop()
            raise Undelivered(LOST, unsure=True) from err
        if code != 250:
            self._refused(smtp)
            raise Undelivered(NO_MESSAGE, code=code)

    def _envelope(self, to: str) -> smtplib.SMTP:
        """The connection, told from whom and to whom. One that had been closed meanwhile is opened anew."""
        known, smtp = self.smtp, self._connected()
        try:
            self._address(smtp, to)
        except (smtplib.SMTPServerDisconnected, OSError) as err:
            self._drop()
            if known is None:
                raise Undelivered(UNREACHED, server=True, reason=_reason(err)) from err
            return self._envelope(to)
        return smtp

    def _address(self, smtp: smtplib.SMTP, to: str) -> None:
        for say, address, refused in ((smtp.mail, self.sender, NO_SENDER), (smtp.rcpt, to, NO_ADDRESS)):
            code, _ = say(address)
            if code == 421:
                raise smtplib.SMTPServerDisconnected
            if code not in (250, 251):
                self._refused(smtp)
                raise Undelivered(refused, code=code)

    def _connected(self) -> smtplib.SMTP:
        if self.smtp is None:
            try:
                self.smtp = _open(self.server, self.sender.rpartition("@")[2])
            except ssl.SSLCertVerificationError as err:
                raise Undelivered(UNTRUSTED, server=True, reason=err.verify_message.rstrip(".")) from err
            except smtplib.SMTPAuthenticationError as err:
                raise Undelivered(NO_LOGIN, server=True, code=err.smtp_code) from None
            except smtplib.SMTPNotSupportedError as err:
                raise Undelivered(NO_USERS, server=True) from err
            except (smtplib.SMTPException, OSError) as err:
                raise Undelivered(UNREACHED, server=True, reason=_reason(err)) from err
        return self.smtp

    def _refused(self, smtp: smtplib.SMTP) -> None:
        """The connection goes on with the next message."""
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        if self.smtp is not None:
            self.smtp.close()
            self.smtp = None


def _open(server: MailServer, name: str) -> smtplib.SMTP:
    """A connection that is encrypted if it can be, and signed in if there is a user. ``name``: of this side."""
    context = ssl.create_default_context()
    more: dict[str, Any] = {"local_hostname": name, "timeout": TIMEOUT}
    if server.tls:
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, context=context, **more)
    else:
        smtp = smtplib.SMTP(server.host, server.port, **more)
    try:
        smtp.ehlo_or_helo_if_needed()
        if not server.tls and smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        elif not server.tls and server.user and not is_loopback(server.host):
            raise Undelivered(NO_ENCRYPTION, server=True)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _quit(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        smtp.close()


def _reason(error: Exception) -> str:
    """Why, without what the server says: it likes to repeat addresses."""
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return (error.strerror or type(error).__name__).rstrip(".")
    return type(error).__name__
