"""Debian's Chromium for tests and pictures: started, and asked for what selenium has no words for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1200,900 --force-color-profile=srgb "
    "--hide-scrollbars"
)
#: Seconds that anything may take; this machine may be busy.
PATIENCE = 20


def is_here() -> bool:
    return bool(shutil.which("chromium") and shutil.which("chromedriver"))


@contextmanager
def chromium(profile: Path) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in [*FLAGS.split(), f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    driven = webdriver.Chrome(options, webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        yield driven
    finally:
        driven.quit()


def find(see: Any, css: str) -> Any:
    return see.find_element(By.CSS_SELECTOR, css)


def finds(see: Any, css: str) -> list[Any]:
    found: list[Any] = see.find_elements(By.CSS_SELECTOR, css)
    return found


def texts(see: Any, css: str) -> list[str]:
    return [each.text for each in finds(see, css)]


def until(see: Any, holds: Any) -> Any:
    """What `holds` gives once it is true."""
    return WebDriverWait(see, PATIENCE, poll_frequency=0.05).until(lambda _: holds())


def follow(see: Any, element: Any) -> None:
    with leaving(see):
        element.click()


@contextmanager
def leaving(see: Any) -> Iterator[None]:
    """Do what leads to another page, and wait until this one has gone."""
    before = find(see, "html")
    yield
    until(see, lambda: _gone(before))


def _gone(element: Any) -> bool:
    try:
        element.is_enabled()
    except StaleElementReferenceException:
        return True
    except WebDriverException as error:
        # What chromedriver says of an element asked for while its page is being left.
        if "does not belong to the document" in (error.msg or ""):
            return True
        raise
    return False


@contextmanager
def theme(see: Any, scheme: str) -> Iterator[None]:
    """`light` or `dark`, as the system may wish."""
    see.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    try:
        yield
    finally:
        see.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@contextmanager
def screen(see: Any, width: int, height: int) -> Iterator[None]:
    shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    see.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)
    try:
        yield
    finally:
        see.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@contextmanager
def without_scripts(see: Any) -> Iterator[None]:
    see.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        yield
    finally:
        see.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
