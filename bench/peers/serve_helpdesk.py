"""django-helpdesk behind waitress, run by the peers' own Python: ``make`` a fresh database, ``serve`` it, ``count`` it.

Settings as Django and django-helpdesk recommend for use in earnest: DEBUG off, PostgreSQL (its guide recommends it over
SQLite), database sessions, CSRF check, the fixtures of the installation guide; connections are kept.
Nothing here is the logbook's: no import of ``app``.
"""

import signal
import sys

import django
import waitress
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware", "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware",
)  # fmt: skip
PROCESSORS = (
    "django.template.context_processors.debug", "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth", "django.contrib.messages.context_processors.messages",
)  # fmt: skip
SWITCH = 0.0005  # as the logbook serves
urlpatterns: list[object] = []  # this module is the address list too; filled when there are settings


def configure(port: str) -> None:
    """``port``: of the PostgreSQL."""
    database = {
        "ENGINE": "django.db.backends.postgresql", "NAME": "postgres", "USER": "peer", "HOST": "127.0.0.1",
        "PORT": port, "CONN_MAX_AGE": None,
    }  # fmt: skip
    settings.configure(
        DEBUG=False,
        SECRET_KEY="of a benchmark",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        SITE_ID=1,
        USE_TZ=True,
        LOGIN_URL="/helpdesk/login/",
        STATIC_URL="/static/",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        INSTALLED_APPS=[
            *(f"django.contrib.{name}" for name in
              ("auth", "contenttypes", "sessions", "sites", "messages", "staticfiles", "admin", "humanize")),
            "rest_framework", "helpdesk",
        ],
        MIDDLEWARE=list(MIDDLEWARE),
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
            "OPTIONS": {"context_processors": list(PROCESSORS)},
        }],
        DATABASES={"default": database},
    )  # fmt: skip
    django.setup()
    urlpatterns.append(path("helpdesk/", include("helpdesk.urls")))


def make(tickets: int) -> None:
    """One member of staff, one queue and ``tickets`` tickets in it."""
    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    from django.contrib.auth import get_user_model
    from helpdesk.models import Queue, Ticket

    get_user_model().objects.create_superuser("tech", "tech@bench.example", "password-tech")
    queue = Queue.objects.create(title="Exam", slug="exam")
    for n in range(tickets):
        Ticket.objects.create(queue=queue, title=f"Day {n}")


def serve(port: int) -> None:
    """The same server as the logbook's, as it is set there."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.setswitchinterval(SWITCH)
    waitress.serve(get_wsgi_application(), host="127.0.0.1", port=port, threads=8, ident=None)


def count() -> int:
    """How many follow-ups the database holds."""
    from helpdesk.models import FollowUp

    number: int = FollowUp.objects.count()
    return number


if __name__ == "__main__":
    what, database, *number = sys.argv[1:]
    configure(database)
    if what == "make":
        make(int(number[0]))
    elif what == "serve":
        serve(int(number[0]))
    else:
        print(count())
