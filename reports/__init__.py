"""Printed forms: from a Day to a PDF, from a PDF to a signed PDF, and the check of one.

Form modules are found, not listed: every module of ``reports.forms`` whose name does not begin with an
underscore has a ``FORM``.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from app.domain import N_, NotFound
from reports import forms as _forms
from reports.form import Form


@cache
def forms() -> MappingProxyType[str, Form]:
    """Every form by its code."""
    names = sorted(m.name for m in iter_modules(_forms.__path__) if not m.name.startswith("_"))
    found: list[Form] = [import_module(f"{_forms.__name__}.{name}").FORM for name in names]
    codes = [form.code for form in found]
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise ValueError(f"two forms have the code {sorted(twice)[0]}")
    return MappingProxyType({form.code: form for form in found})


def form(code: str) -> Form:
    """One form. Raises NotFound."""
    try:
        return forms()[code]
    except KeyError:
        raise NotFound(N_("There is no form %(code)s."), code=code) from None
