"""A title for an article that has none: its first line or sentence that says something.

What comes before it in news is known by its shape: the caption of a photo with its credit, the line of an agency, the
notice of a player, the code of a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from search.settings import TITLE_LENGTH

#: Lines looked at. An article that has said nothing by then has no better title than its first line.
_LINES = 40
#: Characters of a line looked at.
_LINE = 600
#: Letters that make a title, in scripts with spaces and in those without.
_LEAST, _LEAST_UNSPACED = 15, 6
#: An agency's line or credit is not longer.
_AGENCY_LINE = 40
#: A caption without a name in capitals is not longer, nor is any credit.
_CAPTION_LINE, _CREDIT_LENGTH = 400, 80
#: A notice is not longer, or it is an article about JavaScript.
_NOTICE_LINE = 200

_CREDIT = re.compile(
    r"""(?<!\w)(?:
        foto(?:s|grafie|grafi|grafia|graf[ií]a|graf|ğraf|graaf|arkiv)? | photos? | photograph | picture | image | bilde?
        | bilder | kuva | fot\. | zdjęcie | fotó | fénykép | slika | ảnh | hình\ ảnh | gambar | picha
        | фото(?:графия)? | снимка | φωτογραφ[ίι]α | صورة | تصوير | عکس | תמונה | צילום | फोटो | ছবি | ภาพ
        | 写真 | 撮影 | 图片 | 图片来源 | 摄影 | 攝影? | 사진
        | kilder? | quelle | fuente | bron | källa | lähde | crédit | credit
    )\s?[:：=/]\s?\S""",
    re.IGNORECASE | re.VERBOSE,
)
#: The name of a caption in capitals: `KRAFTIG BESKYTNING: `.
_CAPITALS = re.compile(r"[^\Wa-z\d_][^a-zæøåäöüéñç:]{2,40}:\s")

_AGENCIES = (
    r"(?:NTB|Ritzau|TT|STT|FNB|AFP|Reuters|AP|Associated\ Press|UPI|PA|dpa|APA|SDA|ATS|KNA|epd|ANP|Belga|EFE"
    r"|Europa\ Press|ANSA|AGI|Adnkronos|Lusa|PAP|ČTK|TASR|SITA|MTI|Agerpres|Mediafax|BTA|Tanjug|BNS|LETA|ELTA"
    r"|Interfax|TASS|РИА|ТАСС|Интерфакс|Укринформ|УНИАН|Ukrinform|Xinhua|新华社|新華社|中新社|Kyodo|共同通信|共同"
    r"|時事|Jiji|Yonhap|연합뉴스|뉴시스|Anadolu|AA|DHA|İHA|PTI|ANI|IANS|Antara|Bernama|AAP|CP|Bloomberg|رويترز)"
)
#: `NTB utenriks`, `(Reuters)`, `AFP/NTB`, `Oslo (NTB)`, `© dpa`.
_AGENCY = re.compile(rf"\W*(?:\w+\W+){{0,2}}?{_AGENCIES}(?!\w)(?:\W+\w+)?\W*")
#: `KYIV (Reuters) - ` before the first sentence.
_DATELINE = re.compile(rf"(?:[^\W\d_][^()\n.!?]{{0,50}})?\(\W*{_AGENCIES}(?:[ /][^()]{{1,20}})?\)\s?[-–—:]*\s+")

_NOTICE = re.compile(r"java\s?script|adobe flash|adblock|ad blocker", re.IGNORECASE)
#: Letters that spell nothing, a hyphen and a number: `ttn-69`.
_CODE = re.compile(r"(?:^|\s)[bcdfghjklmnpqrstvwxz]{2,5}-\d{1,5}$")

#: Thai, Lao, Burmese, Khmer, kana, Han and Hangul.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u9fff\uac00-\ud7af]")
#: Full stops and their like: those that need no space after them, and those that a new sentence must follow.
_END = re.compile(r"""[。！？｡][」』”’）)\]]*|([.!?…؟۔।॥։።፧။។]+)["'»”’)\]]*\s+(?=["'«»„“”‘’(\[–—¿¡-]*\s?[^\W_])""")
#: Before a full stop: an initial, a number, a word with a full stop in it, or a common short form.
_ABBREVIATED = re.compile(
    r"(?:(?<!\S)\S+\.\S+|(?:^|[\W_])(?:\w|\d+|Mr|Mrs|Ms|Mx|Dr|St|Prof|Asst|Assoc|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Jr|Sr|vs"
    r"|No|Nr|Inc|Ltd|Co|Corp|Mt|Ft|ca|kl|bl|evt|nr|tlf|str|art|dvs|osv|bzw|ul|im|ks|św|prof|dr|mr|mgr|inż|gen|sv|Sra?|Sta"
    r"|Mme|Mlle|av))\.$"
)


def headline(text: str) -> str:
    """At most TITLE_LENGTH characters, on one line, cut at a word with `…`; only empty if the text is."""
    found = next((title for line in _lines(text) for title in _titles(line)), None)
    return shorten(found or next(_lines(text), ""))


def _lines(text: str) -> Iterator[str]:
    """The first lines that aren't blank, folded, as much of each as can matter."""
    lines = (" ".join(line[:_LINE].split()) for line in text.lstrip().split("\n"))
    return islice(filter(None, lines), _LINES)


def shorten(title: str, length: int = TITLE_LENGTH) -> str:
    """`title`, cut at a word if there is one in its second half; never within a letter and its marks."""
    if len(title) <= length:
        return title
    end = title.rfind(" ", length // 2, length)
    if end < 0:
        end = length - 1
        while end > length // 2 and unicodedata.category(title[end]).startswith("M"):
            end -= 1
    return title[:end].rstrip(" ,;:–—-") + "…"


def _titles(line: str) -> Iterator[str]:
    """The sentences of a line that would do for a title."""
    if _is_caption(line) or _is_agency(line):
        return
    for sentence in sentences(_DATELINE.sub("", line, count=1) if "(" in line[:60] else line):
        title = _CODE.sub("", sentence.strip("_* "))
        if _says_something(title) and not (len(title) <= _NOTICE_LINE and _NOTICE.search(title)):
            yield title


def sentences(line: str) -> Iterator[str]:
    """Splits after a full stop and its like, not after an abbreviation."""
    start = 0
    for end in _ends(line):
        if line[start:end].strip():
            yield line[start:end].strip()
            start = end
    if line[start:].strip():
        yield line[start:].strip()


def _ends(line: str) -> Iterator[int]:
    for mark in _END.finditer(line):
        if mark[1]:
            after = line[mark.end() : mark.end() + 9].lstrip("\"'«»„“”‘’([–—¿¡- ")[:1]
            if after.islower() or _ABBREVIATED.search(line[max(0, mark.start() - 20) : mark.start() + 1]):
                continue
        yield mark.end()


def _is_caption(line: str) -> bool:
    """Ends in a credit, after a name in capitals or so little that it is no paragraph."""
    if len(line) > _CAPTION_LINE and not _CAPITALS.match(line):
        return False
    return bool(_CREDIT.search(line, max(0, len(line) - _CREDIT_LENGTH)))


def _is_agency(line: str) -> bool:
    return len(line) <= _AGENCY_LINE and bool(_AGENCY.fullmatch(line))


def _says_something(title: str) -> bool:
    letters = sum(map(str.isalpha, title))
    return letters >= _LEAST or (letters >= _LEAST_UNSPACED and bool(_UNSPACED.search(title)))
