"""How the languages that write compounds as one word join the parts."""

from __future__ import annotations

from msgspec import Struct


class Linking(Struct, frozen=True):
    """`elements` stand between first part and next (Fugenelemente).

    `changes` are (what the first part ends in inside the compound, what it ends in as a word): Swedish `kyrko|gård`
    from `kyrka`, German `Sprach|kurs` from `Sprache`, Finnish `nais|johtaja` from `nainen`. `particles` are never
    parts: what they make is another verb (`über|nehmen`), not a kind of what follows. `endings` are never last parts:
    words that are more often suffixes (`spiel|ende`, `land|skap`), in as many forms as have stems of their own. Parts
    with a stem below `shortest_stem` letters are too easily taken for another word.
    """

    elements: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()
    particles: frozenset[str] = frozenset()
    endings: frozenset[str] = frozenset()
    shortest_stem: int = 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NORWEGIAN = Linking(
    ("s", "e"),
    particles=_words(
        "over under etter frem fram gjennom tilbake sammen mellom innen uten inne igjen opp hvor noen hver fort"
        " bort selv atter imot føre kvar saman attende utan"
    ),
    endings=_words(
        "ende skap skapet skapen heit heten heita ing ingen inga ring ering else elsen satt vidt lunde ledes ernes alde"
    ),
)

#: By primary subtag.
LINKINGS = {
    "de": Linking(
        ("s", "es", "n", "en", "er", "e", "ens"),
        (("", "e"),),
        _words(
            "über unter gegen nach hinter neben zwischen ohne wider durch zurück zusammen heraus herein herum"
            " hervor heran herab hinaus hinein hinauf hinzu hinweg voraus vorbei voran vorüber wieder weiter"
            " nieder empor entgegen davon dafür dabei daran darauf darum daraus danach damit fort aller alle eben"
            " inner erst auch doch noch mehr sehr dies jene jeder offen nicht"
        ),
        _words(
            "ende enden heit heiten haft haften los lose losen bar bare innen ionen ieren iert weise falls mals"
            " fach reich reiche halb halben wärts"
            " ander anderer erweise elte elten dings seits seit sichtlich sicht jährig nisch nischen stens eren"
        ),
    ),
    "nl": Linking(
        ("s", "en", "n", "e", "er"),
        (),
        _words(
            "voor over onder door achter terug samen boven buiten tussen tegen zonder waar daar hier naar binnen"
            " weer mede vast neer voort"
        ),
        _words(
            "lijk lijke lijken heid heden eren erend eerd loos loze maal rijk rijke baar bare zaam zame halve"
            " aard ocht"
        ),
    ),
    "nb": _NORWEGIAN,
    "nn": _NORWEGIAN,
    "da": Linking(
        ("s", "e", "er"),
        (),
        _words(
            "over under efter frem gennem tilbage sammen mellem hvor uden imod forud hver inden igen fort bort"
            " selv alle lige omkring"
        ),
        _words(
            "ende skab skabet skaber hed heden else elsen else ing ingen ring ering ledes vidt søge søgt gelse"
            " rede"
        ),
    ),
    "sv": Linking(
        ("s", "e"),
        (("", "a"), ("o", "a"), ("u", "a"), ("e", "a"), ("", "e")),
        _words(
            "över under efter före fram genom tillbaka samman mellan utan inne kvar igen bort själv själva emot"
            " alla överens"
        ),
        _words(
            "ande ende enden skap skapet heten heter ing ingar ingen ring ningar samt samma lös lösa löst stånd"
            " ills mets"
        ),
    ),
    "fi": Linking(
        (),
        (("s", "nen"),),
        _words(
            "kanssa vasta hyvin yksin takaisin läpi ohi muut päät syyt tiet onnis käsi"
        ),
        _words(
            "lainen laisen laiset laista laisia läinen mainen moinen oinen kaan kään tunut öksen oksen ökset"
            " oksia tamista valtainen taja into antai tava uusi uudessa"
        ),
    ),
    "hu": Linking(
        (),
        (),
        _words(
            "vissza össze hozzá részt ellen előre tovább keresztül körül együtt szembe létre újra véghez között"
            " közben jelen mind vesz lesz számít"
        ),
        _words(
            "hatnak hetnek hatja heti beli tett tette tettek teli ányok almak"
        ),
        4,
    ),
}  # fmt: skip
