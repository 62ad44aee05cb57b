"""A real browser for tests, where there is one: a window of somebody signed in; no complaint is missed."""

import contextlib
import importlib
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PLAYWRIGHT = find_spec("playwright")
_QUIET = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync"

_PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@contextlib.contextmanager
def window(
    address: str, sign_in: str, password: str, beside: Any = None, *, home: str = "/orders", phone: bool = False
) -> Iterator[Any]:
    """A window of its own session; `beside` another one it is opened in the same browser; a phone is held upright."""
    complaints: list[str] = []
    with contextlib.ExitStack() as open_things:
        if beside is None:
            tool = open_things.enter_context(importlib.import_module("playwright.sync_api").sync_playwright())
            browser = tool.chromium.launch(executable_path=CHROMIUM, args=_QUIET.split())
            open_things.callback(browser.close)
        else:
            browser = beside.context.browser
        page = browser.new_page(locale="zh-CN", **(_PHONE if phone else {}))
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.goto(address)
        page.fill("#account", sign_in)
        page.fill("#password", password)
        page.press("#password", "Enter")
        page.wait_for_url(f"**{home}")
        yield page
    assert complaints == []
