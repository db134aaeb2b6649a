import sys

from search.cli import process

sys.exit(process())
