"""Text and its language → keys. The same functions serve index, query and highlighting."""

from __future__ import annotations

from search.analysis.stems import document_stems
from search.analysis.words import tokens
from search.article import Article, Document, encode_article

__all__ = ["document"]


def document(article: Article) -> Document:
    return Document(
        id=article.id,
        language=article.language,
        source=article.source,
        start=article.date.start if article.date else None,
        end=article.date.end if article.date else None,
        title=tokens(article.title),
        body=tokens(article.text),
        stems=document_stems(article.language),
        stored=encode_article(article),
        origins=(article.language_from, article.date_from),
    )
