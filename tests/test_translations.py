"""Every text that people may see is marked in the code and stands, whole, in every language's file.

The checks are functions that return findings, so that each is also shown to find something.
"""

import ast
import re
import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po
from flask_wtf import FlaskForm

from app.web import catalogue, language

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "app" / "translations"
SPOKEN = sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))
PLACES = re.compile(r"%\(\w+\)[a-z]|\{\w+\}")
# Words that the terms of the field forbid. Only those that are wrong in any sentence of ours.
FORBIDDEN = {"ru": re.compile(
    r"эцп|флешк|чек-лист|эскал|вердикт|тикет|дедлайн|логин|админк|техспец|\bтехник(?!и)|подписант|ревизи|контрассигн"
    r"|хэш|хеш|виртуальн|доказательств|понят(ой|ых)|штамп времени|защищ[её]н\w* от подделки|\bпин(-код)?\b|чиновник"
    r"|успешно|осуществи(ть|те|л)|в случае,? если|произве(сти|дите)|под роспись|пожалуйста|\bошиблись|извините"
    r"|\bданн(ый|ого|ому|ая|ой|ую|ое)\b|\(а\)|кликн|валидн|некорректн|\bбар\b|[!“”\"]|\.\.\."
    r"|(?<=[а-яё,] )(?-i:В(ы|ам|ас|ами|аш\w*))\b|№ (?=[%\d])", re.IGNORECASE,
), "fi": re.compile(
    r"tenttipaik|komissio|\baste\b|hakemu|eskal|sertifik|toimesta|onnistune|\bsuorita\b|\bPAC\b|teknikko|todistee|todistei"
    r"|väärentä|lokikirja|rekisteri(?!n)|ole hyvä\b|valitettavasti|pahoittel|päämaja|\bmedia\b|päivystä|miehity|kumoa"
    r"|[!“„\"]|\.\.\.|\bgb\b|\bmb\b|(?-i:\bTe\b|\bTeidän\b)", re.IGNORECASE,
), "de": re.compile(
    r"aufnahme|mitschnitt|hauptquartier|\btechniker|erfolgreich|(revisions|fälschungs|manipulations)sicher|\bakte?n?\b"
    r"|verzeichnis|eskal|korridor|\bbeweis|rückgängig|prüfpunkt|\burteil|werktag|\bpac\b|\bsiegel|\bbitte\b|\bleider\b"
    r"|kandidat|hilferuf|notruf|beanstand|\bgeprüftes\b|[*:/_]innen\b|[!»«\"]|\.\.\.|(?<=\w) …", re.IGNORECASE,
)}  # fmt: skip
TWO_SCRIPTS = re.compile(r"[а-яё][a-z]|[a-z][а-яё]", re.IGNORECASE)
QUOTED_CODE = re.compile(r'= "[a-z]+"')  # of profile files, in their messages
# Exceptions whose text is for programmers; everything else that is raised speaks to people.
PROGRAMMERS = {
    "ValueError",
    "TypeError",
    "KeyError",
    "AssertionError",
    "RuntimeError",
    "SigningError",
}


@cache
def wanted():
    """Texts marked in code and templates: gettext id (a pair for plurals) to its first file."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping, "babel.cfg")
    found = {}
    for file, _line, text, _comments, _context in extract_from_dir(ROOT, methods, options):
        found.setdefault(tuple(text) if isinstance(text, tuple | list) else text, file)
    return found


@cache
def catalog(spoken):
    with (FOLDER / spoken / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=spoken, abort_invalid=True)


def forms(message):
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


def missing(texts, known):
    """Texts of the code that the file does not have or has in another form (plural or not)."""
    ids = {m.id if isinstance(m.id, str) else tuple(m.id) for m in known if m.id}
    return sorted(f"{file}: {text}" for text, file in texts.items() if text not in ids)


def leftover(texts, known):
    """Texts of the file that the code does not have any more."""
    ids = [m.id if isinstance(m.id, str) else tuple(m.id) for m in known if m.id]
    return [str(i) for i in ids if i not in texts] + [str(i) for i in known.obsolete]


def unfinished(known):
    """Untranslated or fuzzy."""
    return [str(m.id) for m in known if m.id and (m.fuzzy or not all(forms(m)))]


def wrong_plurals(known):
    return [str(m.id) for m in known if m.id and m.pluralizable and len(forms(m)) != known.num_plurals]


def wrong_places(known):
    """Each form has the named places of the English text (of its plural: a form may be of 21 too)."""
    found = []
    for m in known:
        if m.id:
            expected = set(PLACES.findall(m.id[1] if m.pluralizable else m.id))
            found += [f"{m.id}: {text}" for text in forms(m) if set(PLACES.findall(text)) != expected]
    return found


def wrong_words(texts, spoken):
    """Texts with a forbidden word, or with Latin letters inside a Cyrillic word."""
    found = []
    for text in texts:
        plain = PLACES.sub("", QUOTED_CODE.sub("", text))
        if TWO_SCRIPTS.search(plain) or (spoken in FORBIDDEN and FORBIDDEN[spoken].search(QUOTED_CODE.sub("", text))):
            found.append(text)
    return found


def unmarked(source):
    """Sentences in Python that reach people without N_() or gettext(): of Message(...) and of what is raised."""
    found = []
    for node in ast.walk(ast.parse(source)):
        raised = isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        call = node.exc if raised else node
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        text = call.args[0]
        bare = isinstance(text, ast.JoinedStr) or (isinstance(text, ast.Constant) and isinstance(text.value, str))
        if bare and ((raised and name not in PROGRAMMERS) or name in ("Message", "Invalid", "flash")):
            found.append(f"{call.lineno}: {ast.unparse(text)}")
    return found


def bare_words(template):
    """English words of a template that stand outside of {{ _('...') }}: between tags or in spoken attributes."""
    plain = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\n", plain, flags=re.DOTALL)
    spoken = re.findall(r'\b(?:aria-label|title|placeholder|alt|data-l|data-count)="([^"]*)"', plain)
    between = re.sub(r"<[^<>]*>", "\n", plain).splitlines()
    return [words.strip() for words in (*spoken, *between) if re.search(r"[A-Za-z]{2}", words)]


def test_languages():
    """A language that people may choose has its file (English is in the code), and no file is beside that list."""
    assert {*SPOKEN, "en"} == {*language.LANGUAGES}
    assert len(wanted()) > 800


@pytest.mark.parametrize("spoken", SPOKEN)
def test_every_text_is_translated(spoken):
    """`make translations` takes new texts into the files; then a person translates them."""
    known = catalog(spoken)
    assert missing(wanted(), known) == []
    assert leftover(wanted(), known) == []
    assert unfinished(known) == []


@pytest.mark.parametrize("spoken", SPOKEN)
def test_plurals_and_places(spoken):
    known = catalog(spoken)
    assert (known.num_plurals, known.plural_expr) == tuple(get_plural(spoken))
    assert wrong_plurals(known) == []
    assert wrong_places(known) == []


@pytest.mark.parametrize("spoken", SPOKEN)
def test_words(spoken):
    assert wrong_words([text for m in catalog(spoken) if m.id for text in forms(m)], spoken) == []


def profile_texts(node, spoken):
    """Texts of a profile in one language."""
    if isinstance(node, list):
        return [text for part in node for text in profile_texts(part, spoken)]
    if isinstance(node, dict):
        own = [node[spoken]] if isinstance(node.get(spoken), str) else []
        return own + [text for part in node.values() for text in profile_texts(part, spoken)]
    return []


@pytest.mark.parametrize("spoken", sorted(FORBIDDEN))
def test_words_of_profiles(spoken):
    files = (ROOT / "app" / "profiles").glob("*.toml")
    texts = [text for path in files for text in profile_texts(tomllib.loads(path.read_text(encoding="utf-8")), spoken)]
    assert len(texts) > 100 or spoken != "ru"  # profiles speak English and the language of their regulation
    assert wrong_words(texts, spoken) == []


def test_every_sentence_is_marked():
    """Commands and the start speak English; they are left out."""
    files = [*(ROOT / "reports").rglob("*.py")]
    for layer in ("domain", "services", "store", "web"):
        files += (ROOT / "app" / layer).rglob("*.py")
    found = [f"{p.relative_to(ROOT)}:{line}" for p in files for line in unmarked(p.read_text(encoding="utf-8"))]
    assert len(files) > 80 and found == []


def test_templates_have_no_bare_words():
    files = [*(ROOT / "templates").rglob("*.html")]
    found = [f"{p.relative_to(ROOT)}: {words}" for p in files for words in bare_words(p.read_text(encoding="utf-8"))]
    assert len(files) > 40 and found == []


def test_no_texts_of_libraries():
    """WTForms' own messages are not all translated, so no form field may say any: the rules are the services'."""
    made = [form for form in FlaskForm.__subclasses__() if form.__module__.startswith("app.")]
    fields = [field for form in made for field in vars(form).values() if hasattr(field, "field_class")]
    assert len(fields) > 5
    assert [field for field in fields if field.args or "validators" in field.kwargs] == []


def test_a_language_is_read_once_and_anything_else_is_english():
    texts = catalogue.load("ru")
    assert texts is catalogue.load("ru") and texts.gettext("Sign in") == "Войти"
    assert [texts.ungettext("entry", "entries", n) for n in (1, 3, 5, 11, 21)] == [
        "запись", "записи", "записей", "записей", "запись",
    ]  # fmt: skip
    assert catalogue.load("xx").gettext("Sign in") == "Sign in"


BROKEN = """
msgid ""
msgstr ""
"Language: ru\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) "
"? 1 : 2);\\n"

msgid "empty"
msgstr ""

#, fuzzy
msgid "guessed"
msgstr "угадано"

msgid "of %(who)s"
msgstr "от %(кто)s"

msgid "%(num)s row"
msgid_plural "%(num)s rows"
msgstr[0] "строка"
msgstr[1] "%(num)s строки"
msgstr[2] "%(num)s строк"

#~ msgid "gone"
#~ msgstr "нет"
"""


def test_the_checks_find_something():
    known = read_po(BytesIO(BROKEN.encode()), locale="ru")
    assert missing({"empty": "a.py", "new": "b.py", "of %(who)s": "c.py"}, known) == ["b.py: new"]
    assert leftover({"empty": "", "guessed": "", "of %(who)s": ""}, known) == [
        "('%(num)s row', '%(num)s rows')",
        "gone",
    ]
    assert unfinished(known) == ["empty", "guessed"]
    assert [line.split(": ")[1] for line in wrong_places(known) if "empty" not in line] == ["от %(кто)s", "строка"]
    short = Catalog(locale="ru")
    short._messages["a"] = Message(("a", "as"), ("один", "два"))  # the public way fills the forms up
    assert wrong_plurals(short) == ["('a', 'as')"]
    bad = (
        "Подпись ЭЦП",
        "Данный шаг",
        "Успешно сохранено",
        "если Вы готовы",
        "Принято!",
        "№ 7",
        "cтрока",
    )
    assert wrong_words(bad, "ru") == [*bad]
    assert wrong_words(["Данные изменились. Вы вошли", "№\u00a07\u00a0— запись PDF"], "ru") == []
    code = (
        'raise Invalid("No")\nMessage(f"{a}", {})\nraise ValueError("x")\nraise Gone(N_("Yes"))\nx.Message(N_("Yes"))'
    )
    assert unmarked(code) == ["1: 'No'", "1: 'No'", "2: f'{a}'"]
    page = """<p title="Help me">{{ _('Good') }} and bad</p>{# a note #}<b class="word">{% if x %}1{% endif %}</b>"""
    assert bare_words(page) == ["Help me", "and bad"]
