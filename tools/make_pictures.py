"""Pictures of the page, made anew from the made-up news in tests/web/cable.py, in Debian's Chromium.

    python tools/make_pictures.py FOLDER    the main states, to be looked at
    python tools/make_pictures.py           those that the README shows, into docs

With Noto's fonts (apt-get install fonts-noto-core fonts-noto-cjk) every script has one.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from search.engines.whoosh import WhooshEngine  # noqa: E402
from tests.articles import put  # noqa: E402
from tests.web.cable import CABLE  # noqa: E402
from tests.web.chromium import chromium, screen, theme  # noqa: E402
from tests.web.conftest import serving  # noqa: E402


class Picture(NamedTuple):
    name: str
    address: str
    scheme: str = "light"
    width: int = 1200
    height: int = 860


SHOWN = (
    Picture("results", "/?q=Norway"),
    Picture("month-dark", "/?q=Norway+-lang:th&after=2022-10&before=2022-10&ui=nb", "dark"),
)
STATES = (
    *SHOWN,
    Picture("results-dark", "/?q=Norway", "dark"),
    Picture("results-phone", "/?q=Norway", width=320, height=1400),
    Picture("first", "/"),
    Picture("shares", "/?q=herring&timeline=shares&ui=nl"),
    Picture("chosen", "/?q=Norway&lang=nb&lang=nl&year=2022&year=2023&source=fjordavisa.example"),
    Picture("suggestion", "/?q=cabel"),
    Picture("nothing", "/?q=zzzz&lang=nb"),
    Picture("facet", "/facet/language?q=Norway"),
    Picture("article", "/article/en/plan.txt?q=Norway&hit=2"),
    Picture("article-arabic-dark", "/article/ar/kabl.txt?q=Norway", "dark"),
    Picture("article-phone", "/article/nb/plan.txt?q=kabel", width=320, height=1400),
    Picture("error", "/?page=0"),
)


def main() -> None:
    asked = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    folder = asked or ROOT / "docs"
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp())
    try:
        engine = WhooshEngine.create(work / "index")
        put(engine, *CABLE)
        engine.close()
        with serving(work / "index") as (_, address), chromium(work / "chromium") as driven:
            for picture in STATES if asked else SHOWN:
                with theme(driven, picture.scheme), screen(driven, picture.width, picture.height):
                    driven.get(address + picture.address)
                    driven.get(address + picture.address)  # what is shown took no warming up
                    driven.save_screenshot(str(folder / f"{picture.name}.png"))
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
