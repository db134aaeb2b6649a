"""The page in Debian's Chromium, over a real server and a real index of news in a dozen scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.chromium import (
    chromium,
    find,
    finds,
    follow,
    is_here,
    leaving,
    screen,
    texts,
    theme,
    until,
    without_scripts,
)
from tests.web.conftest import serving

HOW = "they need Debian's chromium and chromium-driver (apt-get install)"
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PAGES = (
    "/",
    "/?q=Norway",
    "/?q=Norway&timeline=shares&ui=nl",
    "/?q=cable+-lang:nb&lang=en&after=2016&before=2023&source=ledger.example",
    "/?q=kabel&after=2022-10&before=2022-10&ui=nb",
    "/?q=zzzz&lang=nb",
    "/?q=cabel",
    "/facet/language?q=Norway",
    "/article/en/price.txt?q=Norway&hit=1",
    "/article/ar/kabl.txt",
    "/article/nowhere",
    "/?page=0",
)


@pytest.fixture(scope="module")
def address(cable_index: Path) -> Iterator[str]:
    with serving(cable_index) as (_, told):
        yield told


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not is_here():
        pytest.skip(HOW)
    with chromium(tmp_path_factory.mktemp("chromium")) as driven:
        yield driven


@pytest.fixture
def see(browser: Any, address: str) -> Iterator[Any]:
    """The browser at the first page; whatever a test opened, nothing of it may have been refused or failed."""
    browser.get_log("browser")
    browser.get(f"{address}/")
    yield browser
    complaints = [each["message"] for each in browser.get_log("browser")]
    assert [each for each in complaints if "responded with a status of 40" not in each] == []


def follow_link(see: Any, text: str) -> None:
    follow(see, see.find_element("partial link text", text))


def follow_value(see: Any, label: str) -> None:
    """A value of a facet."""
    follow(see, see.find_element("xpath", f"//li[.//span[@class='label']/bdi='{label}']/a"))


def search(see: Any, query: str) -> None:
    box = find(see, "#q")
    box.clear()
    box.send_keys(query)
    follow(see, find(see, "form[role=search] button"))


def chips(see: Any) -> list[str]:
    return [" ".join(text.removeprefix("Remove").split()) for text in texts(see, ".chip")]


def count(see: Any) -> int:
    return int(find(see, "[role=status] strong").text)


def press(see: Any, keys: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(see).send_keys(keys).perform()


def test_search_then_add_and_remove_facets(see: Any) -> None:
    search(see, "Norway")
    everything = count(see)
    assert everything > 20
    assert find(see, ".hit h2").get_attribute("lang") == "en"
    names = {"Norway", "ノルウェー", "挪威", "노르웨이", "Noorwegen", "Norge", "นอร์เวย์", "Νορβηγία"}
    assert len(names & set(texts(see, "mark"))) > 2
    follow_value(see, "Norwegian Bokmål")
    bokmål = count(see)
    follow_value(see, "Dutch")
    assert bokmål < count(see) < everything
    assert see.current_url.endswith("/?q=Norway&lang=nb&lang=nl")
    assert chips(see) == ["language Norwegian Bokmål ×", "language Dutch ×"]
    follow_value(see, "2022")
    assert len(chips(see)) == 3
    follow_value(see, "Dutch")
    assert len(chips(see)) == 2
    follow_link(see, "Remove all")
    assert count(see) == everything
    assert chips(see) == []


def test_a_value_is_left_out_by_its_menu(see: Any) -> None:
    search(see, "Norway")
    everything = count(see)
    english = int(find(see, ".facet li .number").text.split()[0])
    menu = find(see, ".facet li .menu")
    menu.find_element("tag name", "summary").click()
    follow(see, menu.find_element("link text", "Leave out"))
    assert find(see, "#q").get_attribute("value") == "Norway -lang:en"
    assert count(see) == everything - english
    assert chips(see) == ["not language English ×"]
    follow(see, find(see, ".chip"))
    assert count(see) == everything


def test_a_menu_closes_when_something_else_is_done(see: Any) -> None:
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    menu = find(see, ".facet .menu")
    menu.find_element("tag name", "summary").click()
    assert menu.get_attribute("open") == "true"
    press(see, keys.ESCAPE)
    assert menu.get_attribute("open") is None
    menu.find_element("tag name", "summary").click()
    find(see, "h2").click()
    assert menu.get_attribute("open") is None


def test_the_timeline_leads_from_years_to_days_and_out_again(see: Any) -> None:
    search(see, "Norway")
    everything = count(see)
    assert texts(see, ".bars .at") == [str(year) for year in range(2016, 2024)]
    follow(see, find(see, ".bars a[href*='after=2022&']"))
    assert find(see, "#after").get_attribute("value") == find(see, "#before").get_attribute("value") == "2022"
    assert chips(see) == ["date 2022 ×"]
    assert texts(see, ".bars .at")[9:] == ["Oct", "Nov", "Dec"]
    follow(see, find(see, ".bars a[href*='after=2022-10&']"))
    assert len(finds(see, ".bars li")) == 31
    assert "more dated only October 2022" in find(see, ".unbarred").text
    follow(see, find(see, ".bars a[href*='after=2022-10-01&']"))
    assert chips(see) == ["date 1 October 2022 ×"]
    assert texts(see, ".wider a") == ["All of time", "2022", "October 2022"]
    see.back()
    assert len(finds(see, ".bars li")) == 31
    follow_link(see, "All of time")
    assert count(see) == everything


def test_every_bar_can_be_touched(see: Any, address: str) -> None:
    for width, page in ((1200, "/?q=Norway"), (320, "/?q=Norway&after=2022-10&before=2022-10")):
        with screen(see, width, 800):
            see.get(address + page)
            sizes = [each.rect for each in finds(see, ".bars a")]
            assert sizes
            assert all(size["width"] >= 24 and size["height"] >= 24 for size in sizes)


def test_shares_instead_of_counts(see: Any) -> None:
    search(see, "herring")
    follow_link(see, "Share of everything published")
    assert see.current_url.endswith("timeline=shares")
    tips = [each.get_attribute("textContent") for each in finds(see, ".bars a > span")]
    assert tips[-1] == "2023: 16.7%, 1 of 6"


def test_dates_are_narrowed_by_the_form(see: Any) -> None:
    find(see, "#after").send_keys("2022-10")
    find(see, "#before").send_keys("2023")
    follow(see, find(see, ".dates button"))
    assert chips(see) == ["from October 2022 ×", "until 2023 ×"]
    follow(see, find(see, ".chip"))
    assert chips(see) == ["until 2023 ×"]


def test_article_its_neighbours_and_back(see: Any) -> None:
    search(see, "kabelen lang:nb")
    results, total = see.current_url, count(see)
    titles = texts(see, ".hit h2")
    follow(see, find(see, ".hit h2 a"))
    assert find(see, "h1").text == titles[0]
    assert find(see, ".text").get_attribute("lang") == "nb"
    assert {"kabelen", "Kabelen"} & set(texts(see, ".text mark"))
    assert find(see, ".neighbours span").text == f"1 of {total}"
    follow_link(see, "Next")
    assert find(see, "h1").text == titles[1]
    follow_link(see, "Next")
    follow_link(see, "Previous")
    assert find(see, "h1").text == titles[1]
    assert texts(see, ".related .title")
    follow(see, find(see, ".back a"))
    assert see.current_url.replace("%3A", ":") == results.replace("%3A", ":")


def test_what_is_typed_is_completed_by_keyboard(see: Any) -> None:
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    box = find(see, "#q")
    box.send_keys("Norway her")
    until(see, lambda: texts(see, "#suggestions [role=option]")[:1] == ["Norway herring"])
    box.send_keys(keys.ARROW_DOWN)
    assert box.get_attribute("value") == "Norway herring"
    active = find(see, f"#{box.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("aria-selected") == "true"
    box.send_keys(keys.ESCAPE)
    assert box.get_attribute("value") == "Norway her"
    assert box.get_attribute("aria-expanded") == "false"
    box.send_keys("r")
    until(see, lambda: box.get_attribute("aria-expanded") == "true")
    box.send_keys(keys.ARROW_DOWN)
    with leaving(see):
        box.send_keys(keys.ENTER)
    assert see.current_url.endswith("/?q=Norway+herring")


def test_what_was_chosen_or_closed_stays_so_whatever_is_answered_late(see: Any) -> None:
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    box = find(see, "#q")
    box.send_keys("Norway her")
    until(see, lambda: box.get_attribute("aria-expanded") == "true")
    box.send_keys("r" + keys.ARROW_DOWN)
    see.execute_async_script("setTimeout(arguments[0], 400)")
    assert box.get_attribute("value") == "Norway herring"
    assert texts(see, "#suggestions [aria-selected=true]") == ["Norway herring"]
    box.send_keys(keys.ESCAPE)
    assert box.get_attribute("value") == "Norway herr"
    box.send_keys("i" + keys.ESCAPE)
    see.execute_async_script("setTimeout(arguments[0], 400)")
    assert box.get_attribute("aria-expanded") == "false"


def test_who_leaves_the_box_and_comes_back_keeps_what_it_offers(see: Any) -> None:
    box = find(see, "#q")
    box.send_keys("Norway her")
    until(see, lambda: box.get_attribute("aria-expanded") == "true")
    see.execute_script("document.activeElement.blur(); document.getElementById('q').focus()")
    see.execute_async_script("setTimeout(arguments[0], 400)")
    assert box.get_attribute("aria-expanded") == "true"
    see.execute_script("document.activeElement.blur()")
    until(see, lambda: box.get_attribute("aria-expanded") == "false")


def test_keys(see: Any) -> None:
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    search(see, "Norway")
    links = finds(see, ".hit h2 a")
    for key, place in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        press(see, key)
        assert see.switch_to.active_element == links[place]
    press(see, "/")
    assert see.switch_to.active_element.get_attribute("id") == "q"
    press(see, "j")
    assert find(see, "#q").get_attribute("value") == "j"
    find(see, ".hit h2 a").send_keys("?")
    assert find(see, "#keys").is_displayed()
    find(see, "#use-keys").click()
    press(see, keys.ESCAPE)
    assert not find(see, "#keys").is_displayed()
    see.refresh()
    press(see, "j")
    assert see.switch_to.active_element.tag_name == "body"
    find(see, "#show-keys").click()
    find(see, "#use-keys").click()


def test_the_keyboard_can_skip_to_the_content(see: Any) -> None:
    keys = pytest.importorskip("selenium.webdriver.common.keys").Keys
    find(see, "body").send_keys(keys.TAB)
    skip = see.switch_to.active_element
    assert skip.text == "Skip to the content"
    assert skip.rect["y"] >= 0
    skip.send_keys(keys.ENTER)
    assert see.switch_to.active_element.get_attribute("id") == "main"


def test_a_long_facet_is_filtered_while_typing(see: Any) -> None:
    search(see, "Norway")
    follow_link(see, "More")
    everything = len(texts(see, "#values li"))
    find(see, "#having").send_keys("port")
    assert len([each for each in texts(see, "#values li") if each]) == 0
    find(see, "#having").clear()
    find(see, "#having").send_keys("日本")
    assert [each.split()[0] for each in texts(see, "#values li") if each] == ["Japanese"]
    follow(see, find(see, ".having button"))
    assert len(texts(see, "#values li")) == 1 < everything


def test_it_works_without_scripts(see: Any, address: str) -> None:
    with without_scripts(see):
        see.get(f"{address}/?q=Norway")
        assert not find(see, "#show-keys").is_displayed()
        everything = count(see)
        follow_value(see, "Dutch")
        assert 0 < count(see) < everything
        menu = find(see, ".facet li .menu")
        menu.find_element("tag name", "summary").click()
        follow(see, menu.find_element("link text", "Leave out"))
        assert chips(see)[0] == "not language English ×"
        follow_link(see, "Remove all")
        follow(see, find(see, ".bars a"))
        assert chips(see) == ["date 2016 ×"]
        follow(see, find(see, ".hit h2 a"))
        follow(see, find(see, ".neighbours a"))
        follow(see, find(see, ".back a"))
        follow(see, find(see, ".tongues a[lang=nl]"))
        assert find(see, "html").get_attribute("lang") == "nl"
        see.get(f"{address}/facet/language?having=ja")
        assert texts(see, "#values .label bdi:first-child") == ["Japanese"]


@pytest.mark.parametrize(
    ("id", "direction"), [("ar/kabl", "rtl"), ("he/kabel", "rtl"), ("fa/kabl", "rtl"), ("ru/kabel", "ltr")]
)
def test_each_script_runs_in_its_own_direction(see: Any, address: str, id: str, direction: str) -> None:
    see.get(f"{address}/article/{id}.txt")
    for css in ("h1", ".text"):
        assert find(see, css).value_of_css_property("direction") == direction
    assert find(see, ".facts").value_of_css_property("direction") == "ltr"


@pytest.mark.parametrize(
    "query", ["النرويج", "נורווגיה", "ノルウェー", "挪威", "노르웨이", "Νορβηγία", "नॉर्वे", "นอร์เวย์"]
)
def test_a_query_in_any_script_can_be_typed_and_bookmarked(see: Any, query: str) -> None:
    search(see, query)
    assert count(see) > 0
    see.get(see.current_url)
    assert find(see, "#q").get_attribute("value") == query
    assert query in see.title


@pytest.mark.parametrize("page", PAGES)
def test_nothing_scrolls_sideways_at_320_pixels(see: Any, address: str, page: str) -> None:
    with screen(see, 320, 640):
        see.get(address + page)
        wide = see.execute_script(
            "return [...document.querySelectorAll('body *')].filter(e => !e.closest('.unseen, .skip, .bars')"
            " && e.getBoundingClientRect().right > 320.5).map(e => e.outerHTML.slice(0, 80))"
        )
        assert wide == []
        assert see.execute_script("return document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("page", PAGES)
def test_nothing_moves_once_it_is_there(see: Any, address: str, page: str) -> None:
    see.get(address + page)
    moved = see.execute_async_script(
        "const done = arguments[0]; let sum = 0;"
        "new PerformanceObserver(list => { for (const each of list.getEntries()) sum += each.value; })"
        ".observe({type: 'layout-shift', buffered: true});"
        "setTimeout(() => done(sum), 150);"
    )
    assert moved < 0.01


def test_it_is_dark_where_that_is_wished(see: Any) -> None:
    def paper() -> int:
        """Of 765, how light the page is."""
        colour = find(see, "body").value_of_css_property("background-color")
        return sum(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])

    with theme(see, "light"):
        assert paper() > 700
    with theme(see, "dark"):
        assert paper() < 120


def test_what_is_printed_says_what_was_searched(see: Any) -> None:
    search(see, "Norway")
    assert find(see, "h1").rect["width"] <= 1
    see.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert find(see, "h1").rect["width"] > 100
        assert "Norway" in find(see, "h1").text
        assert not find(see, ".filters").is_displayed()
    finally:
        see.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def violations(see: Any) -> list[str]:
    """Of WCAG 2.2 AA, and of what is good practice beyond, as axe-core finds them."""
    see.execute_script(AXE)
    found = see.execute_async_script(
        "const [tags, done] = arguments;"
        "axe.run(document, {runOnly: {type: 'tag', values: tags}}).then(done, error => done(String(error)));",
        WCAG,
    )
    assert isinstance(found, dict), found
    assert len(found["passes"]) > 10
    return [f"{each['id']}: {node['html'][:120]}" for each in found["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_everybody_can_use_it(see: Any, address: str, page: str, scheme: str) -> None:
    with theme(see, scheme):
        see.get(address + page)
        assert violations(see) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_what_opens(see: Any, scheme: str) -> None:
    with theme(see, scheme):
        search(see, "Norway")
        find(see, ".syntax summary").click()
        find(see, ".facet .menu summary").click()
        assert violations(see) == []
        box = find(see, "#q")
        box.clear()
        box.send_keys("cab")
        until(see, lambda: box.get_attribute("aria-expanded") == "true")
        assert violations(see) == []
        find(see, "#show-keys").click()
        assert violations(see) == []


@pytest.mark.parametrize("page", PAGES)
def test_everybody_can_use_it_on_a_phone(see: Any, address: str, page: str) -> None:
    with screen(see, 320, 640):
        see.get(address + page)
        assert violations(see) == []
