"""How names of places end in running text, by primary language subtag.

A form is the name, or the name without one of `cuts`, and then one of `endings`. Only forms that occur in articles of
the language are ever used, so a table may be generous; but endings that make another word of the name (the adjective,
the inhabitant) are left out: so Dutch, whose `Nederlands` is an adjective, and English, whose `'s` is a word apart, are
not here.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

#: Letters that must be left of a name before anything is put on it: `Куба` has no form `кубы`.
SHORTEST = 4


class Endings(Struct, frozen=True):
    cuts: tuple[str, ...]
    endings: tuple[str, ...]


def _endings(cuts: str, endings: str) -> Endings:
    return Endings(("", *cuts.split()), tuple(endings.split()))


_GENITIVE = _endings("", "s")
_SOUTH_SLAVIC = _endings(
    "a e i o а е и о",
    "a u e i o om em oj ju je ji jo jom ima ama ih im og ega emu ą у а е и о ом ем ој ју је ји јом има ама их им ог",
)
_CZECH = _endings(
    "a e o í ý á é y", "a u e i y o ou em om ě í ů ům ech ích ám ách ami ii ie iou ého ému ých ým ými ej ia iu iách"
)
_FINNISH_CASES = "n ssa ssä sta stä an än en on in iin een aan ään lla llä lta ltä lle ksi na nä a ä ta tä"
_HUNGARIAN_CASES = (
    "ban ben ba be ból ből on en ön n ra re ról ről nál nél hoz hez höz tól től nak nek t ot et val vel ral rel nal nel"
)
_TURKIC = _endings(
    "",
    "da də de ta tə dan dən den tan a ə ya yə ga ge ın in un ün nın nin nun nün ning ı i u ü nı ni nu"
    " да де до дө та те то тө дан ден дон дөн тан тен нан нен ға ге қа ке га го ка ның нің дың дің тың тің"
    " ны ні ды ді ты ті нын нин нун дын дин тын тин ни ды ди ты ти",
)

_NONE = Endings((), ())

ENDINGS = {
    **dict.fromkeys(("de", "nb", "nn", "no", "da", "sv"), _GENITIVE),
    **dict.fromkeys(("sr", "hr", "bs", "sl", "sh", "cnr"), _SOUTH_SLAVIC),
    **dict.fromkeys(("cs", "sk"), _CZECH),
    **dict.fromkeys(("az", "tr", "kk", "ky", "uz", "tk", "tt", "ba", "ug"), _TURKIC),
    "is": _endings("i a", "s i ar u um"),
    "fo": _endings("i a", "s i ar u um"),
    "ru": _endings(
        "а я и й ь ы е о ая ые ие ое",
        "а я у ю е и ы ой ей ою ею ом ем ов ев ам ям ами ями ах ях ых их ым им ыми ими ую юю ого его ому ему",
    ),
    "uk": _endings(
        "а я и й ь і ї о е",
        "а я у ю і ї и е о ою ею єю ом ем єм ові еві ів їв ам ям ами ями ах ях ої ій их им ими ого ому",
    ),
    "be": _endings("а я ы й ь і о е", "а я у ю ы і е о ой ай ей ом ам ем аў яў ах ях амі ямі ую ага аму ых ым ымі"),
    "pl": _endings(
        "a e i o y",
        "a u e i y o ą ę em om ie ii ię ią ją ję ji iem owi ów ami ach ych ym ymi ego emu ej",
    ),
    "lt": _endings("as is ys us a ė", "as o ui ą u e ė ės ei ę ėje os oje ai ų ams us ais uose io iui iu į yje a"),
    "lv": _endings("s a e as is", "s a as ai u ā am ā iem us os i ei ē es e"),
    "et": _endings("a i", "a i t s sse st le l lt ga ni na ks it is isse ist il ile ilt iga as ast al ale alt e es"),
    "fi": _endings("i", f"{_FINNISH_CASES} i {' '.join(f'i{case} e{case}' for case in _FINNISH_CASES.split())}"),
    "hu": _endings("a e", f"{_HUNGARIAN_CASES} {' '.join(f'á{case} é{case}' for case in _HUNGARIAN_CASES.split())}"),
    "el": _endings("σ α η ο οσ ασ", "ασ α ησ η ου ο εσ ων ουσ"),
    "sq": _endings("i a ë", "i in it isë a ë en ës në së ja je e ën"),
    "ro": _endings("a", "a ei iei ul ului i"),
    "ka": _endings("ი", "ის ს ში დან ით ად მა იდან ზე თან"),
    "hy": _endings("", "ի ից ում ին ն ը ով ուն"),
    "eu": _endings("", "k ko n ra tik ren rekin i ri aren"),
}  # fmt: skip


def inflected(word: str, language: str, shortest: int = SHORTEST) -> Iterator[str]:
    """`word` itself and its possible forms, some of which no one has ever written."""
    yield word
    table = ENDINGS.get(language, _NONE)
    for cut in table.cuts:
        base = word.removesuffix(cut)
        if word.endswith(cut) and len(base) >= shortest:
            yield from (base + ending for ending in table.endings)
