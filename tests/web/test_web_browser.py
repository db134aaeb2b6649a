"""The page in Debian's Chromium, over a real server and a real index."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

HOW = "they need Debian's chromium and chromium-driver (apt-get install) and selenium (pip install -e '.[dev]')"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1200,900"
)

PAGES = (
    "/",
    "/?q=våpenhvile",
    "/?q=valley&lang=en&after=2020",
    "/?q=zzzz",
    "/article/nb/hvile.txt?q=dalen",
    "/?page=0",
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver):
        pytest.skip(HOW)
    webdriver = pytest.importorskip("selenium.webdriver", reason=HOW)
    options = webdriver.ChromeOptions()
    options.binary_location = program
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in [*FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"]:
        options.add_argument(flag)
    driven = webdriver.Chrome(options, webdriver.ChromeService(driver))
    driven.implicitly_wait(5)
    yield driven
    driven.quit()


@pytest.fixture
def see(chromium: Any, site: str) -> Iterator[Any]:
    """The browser at the first page; whatever a test opened, nothing of it may have been refused or failed."""
    chromium.get_log("browser")
    chromium.get(f"{site}/")
    yield chromium
    assert [
        each
        for each in chromium.get_log("browser")
        if "the server responded with a status of 400" not in each["message"]
    ] == []


def find(see: Any, css: str) -> Any:
    return see.find_element("css selector", css)


def texts(see: Any, css: str) -> list[str]:
    return [each.text for each in see.find_elements("css selector", css)]


def follow(see: Any, element: Any) -> None:
    """Click, and wait until the page clicked on has gone."""
    from selenium.webdriver.support.expected_conditions import staleness_of
    from selenium.webdriver.support.ui import WebDriverWait

    before = find(see, "html")
    element.click()
    WebDriverWait(see, 20).until(staleness_of(before))


def follow_link(see: Any, text: str) -> None:
    follow(see, see.find_element("partial link text", text))


def search(see: Any, query: str) -> None:
    box = find(see, "#q")
    box.clear()
    box.send_keys(query)
    follow(see, find(see, "form[role=search] button"))


def test_search_then_add_and_remove_facets(see: Any) -> None:
    search(see, "våpenhvile")
    assert find(see, "[role=status]").text.startswith("3 articles")
    assert {text.lower() for text in texts(see, ".snippet mark")} >= {"våpenhvile", "våpenhvilen"}
    follow_link(see, "Norwegian Bokmål")
    assert find(see, "[role=status]").text.startswith("2 articles")
    follow_link(see, "Dutch")
    assert find(see, "[role=status]").text.startswith("3 articles")
    assert see.current_url.endswith("/?q=v%C3%A5penhvile&lang=nb&lang=nl")
    follow_link(see, "2020")
    assert len(texts(see, ".chip")) == 3
    follow_link(see, "Remove all")
    assert find(see, "[role=status]").text.startswith("3 articles")
    assert texts(see, ".chip") == []


def test_article_and_back(see: Any) -> None:
    search(see, "våpenhvile lang:nb")
    results = see.current_url
    follow_link(see, "Enige om våpenhvile i dalen")
    assert find(see, "h1").text == "Enige om våpenhvile i dalen"
    assert find(see, ".text").get_attribute("lang") == "nb"
    assert texts(see, ".text mark") == ["våpenhvile", "Våpenhvilen"]
    assert find(see, "#q").get_attribute("value") == "våpenhvile lang:nb"
    follow(see, find(see, ".back a"))
    assert see.current_url.replace("%3A", ":") == results.replace("%3A", ":")
    assert len(texts(see, ".hit")) == 2


def test_dates_are_narrowed_by_the_form(see: Any) -> None:
    find(see, "#after").send_keys("2022")
    follow(see, find(see, ".dates button"))
    assert find(see, "[role=status]").text.startswith("4 articles")
    follow(see, find(see, ".chip"))
    assert find(see, "[role=status]").text.startswith("11 articles")


def test_each_script_runs_in_its_own_direction(see: Any, site: str) -> None:
    for id, direction in [
        ("ar/hudna.txt", "rtl"),
        ("he/hafuga.txt", "rtl"),
        ("ru/mir.txt", "ltr"),
        ("und/x.txt", "ltr"),
    ]:
        see.get(f"{site}/article/{id}")
        for css in ("h1", ".text"):
            assert find(see, css).value_of_css_property("direction") == direction
        assert find(see, ".facts").value_of_css_property("direction") == "ltr"


@pytest.mark.parametrize("page", PAGES)
def test_nothing_scrolls_sideways_at_320_pixels(see: Any, site: str, page: str) -> None:
    phone = {"width": 320, "height": 640, "deviceScaleFactor": 2, "mobile": True}
    see.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    try:
        see.get(site + page)
        wide = see.execute_script(
            "return [...document.querySelectorAll('body *')].filter(e => !e.closest('.unseen, .skip')"
            " && e.getBoundingClientRect().right > 320.5).map(e => e.outerHTML.slice(0, 80))"
        )
        assert wide == []
        assert see.execute_script("return document.documentElement.scrollWidth") <= 320
    finally:
        see.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_it_is_dark_where_that_is_wished(see: Any) -> None:
    def paper() -> int:
        """Of 765, how light the page is."""
        colour = find(see, "body").value_of_css_property("background-color")
        return sum(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])

    wish = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    assert paper() > 700
    see.execute_cdp_cmd("Emulation.setEmulatedMedia", wish)
    try:
        assert paper() < 120
    finally:
        see.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_keyboard_can_skip_to_the_content(see: Any) -> None:
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    find(see, "body").send_keys(keys.TAB)
    skip = see.switch_to.active_element
    assert skip.text == "Skip to the content"
    assert skip.rect["y"] >= 0
    skip.send_keys(keys.ENTER)
    assert see.switch_to.active_element.get_attribute("id") == "main"


def test_a_query_in_another_language_can_be_typed_and_bookmarked(see: Any) -> None:
    search(see, "الهدنة")
    assert texts(see, ".hit h2") == ["هدنة في الوادي"]
    see.get(see.current_url)
    assert find(see, "#q").get_attribute("value") == "الهدنة"
    assert "الهدنة" in see.title
