"""Filling the form of a step as a person would: what stands there stays, yes is the answer, the rest is typed."""

from playwright.sync_api import Page, expect


def do_step(page: Page, day: str, step: str, values: dict[str, str] | None = None) -> None:
    """Open the step, answer what is empty, set ``values`` (evidence by name), save; the board comes back."""
    page.goto(f"/days/{day}/steps/{step}")
    form = page.locator("form[data-entry]")
    marked = form.locator(".rooms input:checked:not(:disabled)").count()
    if not marked and form.get_by_role("button", name="Mark all").count():
        form.get_by_role("button", name="Mark all").click()
    for choices in form.locator(".choices").all():
        if not choices.locator("input:checked").count():
            choices.locator("label").first.click()
    for box in form.locator("label.tick input[name^='evidence.']").all():
        box.check()
    for select in form.locator("select").all():
        if not select.input_value():
            select.select_option(index=1)
    for entry in form.locator("input[name^='evidence.'], textarea[name^='evidence.']").all():
        kind, name = entry.get_attribute("type") or "textarea", entry.get_attribute("name") or ""
        if kind in ("radio", "checkbox", "file", "hidden") or name.endswith("sha256") or entry.input_value():
            continue
        entry.fill(_typed(entry.get_attribute("inputmode") or "", kind, name))
    for name, value in (values or {}).items():
        form.locator(f"[name='evidence.{name}']").fill(value)
    form.get_by_role("button", name="Done").click()
    expect(page.locator(".flash")).to_be_visible()


def _typed(mode: str, kind: str, name: str) -> str:
    if kind in ("date", "datetime-local"):
        return ""
    return "30" if mode == "numeric" else f"as agreed ({name.rsplit('.', 1)[-1]})"
