"""Text and its language → keys. The same functions serve index, query and highlighting."""

from __future__ import annotations

from search.analysis.stems import document_stems
from search.analysis.words import cut, spaced
from search.article import Article, Document, encode_article
from search.settings import RANKING

__all__ = ["document"]


def document(article: Article) -> Document:
    lead, body = cut(spaced(article.text), RANKING.lead_words)
    return Document(
        id=article.id,
        language=article.language,
        source=article.source,
        start=article.date.start if article.date else None,
        end=article.date.end if article.date else None,
        title=spaced(article.title),
        lead=lead,
        body=body,
        stems=document_stems(article.language),
        stored=encode_article(article),
        origins=(article.language_from, article.date_from),
    )
