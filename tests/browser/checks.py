"""What every page must pass: axe without violations, no sideways scrolling, targets large enough, a clean console."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong is described: a selector for each node that passes takes longer than finding it.
_RUN = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})"
_TOO_SMALL = """() => [...document.querySelectorAll(
    'button, input:not([type=hidden]), select, textarea, a.btn, a.chip')]
  .filter(e => e.offsetParent && !e.closest('.vh, .skip'))
  .map(e => [e, (e.closest('label') || e).getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.height < 23.5 || box.width < 23.5) && box.height > 0)
  .filter(([e]) => !['checkbox', 'radio'].includes(e.type))
  .map(([e]) => e.outerHTML.slice(0, 120))"""


def axe_violations(page: Page) -> list[str]:
    """Return what axe-core finds; its script goes in over the debugger, so the page's CSP does not block it."""
    page.evaluate(AXE)
    report: dict[str, Any] = page.evaluate(_RUN, TAGS)
    return [f"{v['id']} ({v['help']}): {[n['target'] for n in v['nodes'][:5]]}" for v in report["violations"]]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def too_small_targets(page: Page) -> list[str]:
    """Return controls smaller than 24 by 24 pixels (WCAG 2.2, 2.5.8)."""
    found: list[str] = page.evaluate(_TOO_SMALL)
    return found


class Console:
    """Errors of the console, of scripts, and of the content security policy on one page."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def assert_clean(self) -> None:
        """Fail with what the console said."""
        assert self.errors == []


def faults(page: Page, axe: Callable[[Page], list[str]], phone: ViewportSize) -> list[str]:
    """What is wrong with the page that is shown: for axe, for a finger, in its headings, on a phone of that size."""
    found = [*axe(page), *too_small_targets(page)]
    if page.locator("h1").count() != 1:
        found.append("not one h1")
    window = page.viewport_size
    assert window is not None
    page.set_viewport_size(phone)
    if overflow(page) > 0:
        found.append("wider than a phone")
    page.set_viewport_size(window)
    return found
