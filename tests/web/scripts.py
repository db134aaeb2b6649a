"""One small event told in several scripts, for tests over the real archive."""

from __future__ import annotations

from msgspec.structs import replace

from tests.articles import article

LINK = "https://avis.example/hvile?a=1&b=2"

ARTICLES = (
    replace(
        article(
            "nb/hvile.txt",
            "Partene i dalen er enige om en våpenhvile.\n\nVåpenhvilen gjelder fra lørdag, sier <b>Olsen</b>.",
            title="Enige om våpenhvile i dalen",
            language="nb",
            date="2023-09",
            source="avis.example",
        ),
        url=LINK,
        extra={"section": "Utenriks"},
    ),
    article("nb/brudd.txt", "Våpenhvilen ble brutt i natt.", title="Brudd i natt", language="nb", date="2020-10-14"),
    article(
        "nl/rust.txt",
        "De wapenstilstand begint zaterdag. In het Noors: våpenhvile.",
        title="Wapenstilstand vanaf zaterdag",
        language="nl",
        date="2020-10",
        source="krant.example",
    ),
    article("en/truce.txt", "A ceasefire begins on Saturday.", title="Truce in the valley", language="en", date="2023"),
    article(
        "ar/hudna.txt", "NATO: تبدأ الهدنة يوم السبت في الوادي.", title="هدنة في الوادي", language="ar", date="2021"
    ),
    article("he/hafuga.txt", "הפסקת האש תתחיל ביום שבת בעמק.", title="הפסקת אש בעמק", language="he", date="2021-05"),
    article("ja/teisen.txt", "停戦は土曜日に発効する。", title="谷で停戦", language="ja", date="2022-03-01"),
    article("th/yut.txt", "หยุดยิงเริ่มวันเสาร์ในหุบเขา", title="หยุดยิงในหุบเขา", language="th"),
    article("ru/mir.txt", "Перемирие начнётся в субботу.", title="Перемирие в долине", language="ru", date="2022"),
    article("hi/viram.txt", "युद्धविराम शनिवार से शुरू होगा।", title="घाटी में युद्धविराम", language="hi", date="2019-12"),
    article("und/x.txt", "Lorem ipsum valley dolor sit amet " + "consectetur" * 12, title="Lorem", language="und"),
)
