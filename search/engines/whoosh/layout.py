"""How articles are laid out in Whoosh: the schema, its fields, and what counts how much."""

from __future__ import annotations

from whoosh.fields import STORED, Schema

from search.columnar import plan
from search.columnar.fields import Category, Integer, Keys, Layout, identity
from search.columnar.formulas import Parameters
from search.engines.shared import TITLE_GAP
from search.query.ast import Zone
from search.query.keyed import Kind
from search.settings import RANKING

#: Whoosh's name of the index within the folder.
INDEX = "MAIN"
LAYOUT = Layout(id="id", partition="language", length="length", newest="start")
PARAMETERS = Parameters(
    k1=RANKING.k1,
    b=RANKING.b,
    pseudo=RANKING.shrink,
    power=RANKING.prior_power,
    floor=RANKING.prior_floor,
    pseudo_words=RANKING.prior_words,
    least=RANKING.prior_least,
)
FIELDS = {
    (Kind.WORD, Zone.ALL): "words",
    (Kind.STEM, Zone.ALL): "stems",
    (Kind.WORD, Zone.TITLE): "title_words",
    (Kind.STEM, Zone.TITLE): "title_stems",
}
#: Title and body, and how much a word of each counts.
PLAN = plan.Plan(
    zones=(
        plan.Zone("words", "stems", (RANKING.title, RANKING.lead, 1)),
        plan.Zone("title_words", "title_stems", (1, 0, 0)),
    ),
    id="id",
    partition="language",
    length="length",
    stored="stored",
    categories=("language", "source", "language_from", "date_from"),
    integers=("start", "end"),
    gaps=(TITLE_GAP, 0),
)


def article_schema() -> Schema:
    return Schema(
        id=identity(),
        words=Keys(positions=True),
        stems=Keys(),
        title_words=Keys(positions=True),
        title_stems=Keys(),
        language=Category(),
        source=Category(),
        language_from=Category(),
        date_from=Category(),
        start=Integer(),
        end=Integer(),
        length=Integer(),
        stored=STORED(),
    )


def shape(schema: Schema) -> dict[str, type]:
    return {name: type(field) for name, field in schema.items()}
