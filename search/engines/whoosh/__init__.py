"""Whoosh as an engine: its index, schema, lock and generations, on the columnar codec.

Keyed trees are compiled to Whoosh queries, which `search.columnar` evaluates on whole arrays. Lexicon, facts and ledger
are blobs of a generation: written and flushed before the table of contents that makes it visible.
"""

from search.engines.whoosh.damage import check, locked
from search.engines.whoosh.engine import WhooshEngine

__all__ = ["WhooshEngine", "check", "locked"]
