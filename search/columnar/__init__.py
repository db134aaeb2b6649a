"""A columnar codec for Whoosh, with queries, scoring and the evaluation of whole arrays.

It knows Whoosh and numpy and nothing of what is indexed.
"""
