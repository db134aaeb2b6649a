"""What indexing remembers of files and of their records. Saved with each generation; searches never read it.

While a run lasts it is a private SQLite database that lives in memory as long as it is small and in a temporary file
from then on, so that memory doesn't grow with the archive. Saved, it is two blobs (see `rows.py`): `ledger` holds the
files and the ids taken out on request, `claims` the records, which a run that finds nothing changed need not look at.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from search.indexing.claims import Claim, Entry, State
from search.indexing.ids import SUFFIXES
from search.indexing.rows import damaged, packed, unpacked

#: Kilobytes that the database keeps in memory.
_CACHE = 1 << 14

_TABLES = """
CREATE TABLE file (number INTEGER PRIMARY KEY, path BLOB UNIQUE, base BLOB, root TEXT, shown TEXT, size INTEGER,
                   mtime INTEGER, content TEXT, manner TEXT, articles INTEGER, withheld INTEGER, rejected TEXT);
CREATE TABLE deleted (id TEXT PRIMARY KEY, path BLOB) WITHOUT ROWID;
"""
_CLAIMS = """
CREATE TABLE claim (id TEXT, file INTEGER, mark TEXT, text TEXT, since INTEGER, version INTEGER, state INTEGER,
                    meta TEXT, run INTEGER, PRIMARY KEY (id, file)) WITHOUT ROWID;
CREATE TABLE orphan (text TEXT PRIMARY KEY, stored BLOB) WITHOUT ROWID;
"""
#: How many columns are saved of each table.
_FILES, _RECORDS = {"file": 12, "deleted": 2}, {"claim": 8}


def _asked_for(column: str) -> str:
    """`ids.asked_for` in SQL: an interrupt within a function that SQLite calls would be lost."""
    cases = (
        f"WHEN {column} GLOB '*-{'[0-9a-f]' * size}' THEN substr({column}, 1, length({column}) - {size + 1})"
        for size in SUFFIXES
    )
    return f"CASE {' '.join(cases)} ELSE {column} END"


#: Records that are put into the table together, in two thirds of the time.
_TOGETHER = 1 << 10

#: Made when the table is filled, which is quicker.
_INDEXES = f"""
CREATE INDEX by_file ON claim (file);
CREATE INDEX by_text ON claim (text, since, {_asked_for("id")}, mark, id) WHERE text IS NOT NULL;
"""


class Ledger:
    """`changed` tells whether there is anything to save. `saved` gives the blobs of the generation before."""

    def __init__(self, saved: Callable[[str], bytes | memoryview | None] = lambda _: None) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{_CACHE};")
        self._db.executescript(_TABLES)
        self._db.execute("BEGIN")
        self._claims: bytes | memoryview | None = saved("claims")
        self._has_claims = False
        self._rumoured: _Rumour
        self._put: list[Claim] = []
        self.changed = False
        for table, rows in unpacked(saved("ledger") or b"", _FILES):
            self._fill(f"{table} VALUES ({_marks(_FILES[table])})", map(_with_paths, rows))
        self.deleted = {id: os.fsdecode(path) for id, path in self._db.execute("SELECT * FROM deleted")}

    def close(self) -> None:
        self._db.close()

    def encode(self) -> dict[str, bytes]:
        """The blobs to save with a generation."""
        files = self._db.execute("SELECT * FROM file ORDER BY number")
        deleted = ((id, os.fsencode(path)) for id, path in sorted(self.deleted.items()))
        tables = {"file": map(_without_paths, files), "deleted": map(_without_paths, deleted)}
        return {"ledger": packed(tables), "claims": self._encode_claims()}

    def _encode_claims(self) -> bytes:
        if not self._has_claims and self._claims is not None:
            return bytes(self._claims)
        columns = "id, file, mark, text, since, version, state, meta"
        return packed({"claim": self._records.execute(f"SELECT {columns} FROM claim ORDER BY id, file")})

    def _fill(self, what: str, rows: Iterable[Any]) -> None:
        """Raises IndexDamaged for what no table can hold."""
        try:
            self._db.executemany(f"INSERT INTO {what}", rows)
        except (sqlite3.Error, ValueError, OverflowError, TypeError, LookupError) as error:
            raise damaged(error) from error

    # Files

    def entry(self, file: str) -> Entry | None:
        found = self._db.execute(f"SELECT {_ENTRY} FROM file WHERE path = ?", (os.fsencode(file),)).fetchone()
        return None if found is None else _entry(found)

    def number(self, file: str) -> int | None:
        found = self._db.execute("SELECT number FROM file WHERE path = ?", (os.fsencode(file),)).fetchone()
        return None if found is None else int(found[0])

    def path(self, number: int) -> str:
        return os.fsdecode(self._db.execute("SELECT path FROM file WHERE number = ?", (number,)).fetchone()[0])

    def note(self, file: str, entry: Entry) -> int:
        """Returns the file's number."""
        number = self.number(file)
        rejected = json.dumps(entry.rejected) if entry.rejected[0] else None
        fields = (os.fsencode(file), os.fsencode(entry.base), entry.root, entry.shown, entry.size, entry.mtime)
        rest = (entry.content, entry.manner, entry.articles, entry.withheld, rejected)
        row = self._db.execute(f"REPLACE INTO file VALUES ({_marks(12)})", (number, *fields, *rest))
        return number if number is not None else int(row.lastrowid or 0)

    def forget(self, number: int) -> None:
        self._db.execute("DELETE FROM file WHERE number = ?", (number,))
        self.changed = True

    def files(self) -> list[str]:
        return [os.fsdecode(path) for (path,) in self._db.execute("SELECT path FROM file ORDER BY number")]

    def count_again(self, number: int) -> None:
        """Set how many articles of a file are in the index and how many are kept out."""
        states = dict(self._records.execute("SELECT state, count(*) FROM claim WHERE file = ? GROUP BY 1", (number,)))
        counts = (states.get(State.FACE, 0) + states.get(State.COPY, 0), states.get(State.DELETED, 0), number)
        self._db.execute("UPDATE file SET articles = ?, withheld = ? WHERE number = ?", counts)

    def read_again(self, claim: Claim) -> None:
        """Have the next reading of a record's file, which must come, take it for changed."""
        self.put(claim._replace(mark=""))
        self._db.execute("UPDATE file SET size = -1, content = '' WHERE number = ?", (claim.file,))

    # Records

    @property
    def _records(self) -> sqlite3.Connection:
        """With all that was saved, and put since."""
        self._read_in()
        self._write()
        return self._db

    def _write(self) -> None:
        if self._put:
            self._db.executemany(f"REPLACE INTO claim VALUES ({_marks(9)})", self._put)
            self._put.clear()

    def _may_have(self, said: str) -> bool:
        self._read_in()
        return said in self._rumoured

    def _read_in(self) -> None:
        """What was saved, if that was not done before."""
        if not self._has_claims:
            self._has_claims, self._rumoured = True, _Rumour()
            self._db.executescript(f"{_CLAIMS} BEGIN;")
            for _, rows in unpacked(self._claims or b"", _RECORDS):
                self._fill(f"claim VALUES ({_marks(_RECORDS['claim'])}, 0)", rows)
                for id, _, _, text, *_ in rows:
                    self._rumoured.add(id, text)
            self._db.executescript(f"{_INDEXES} BEGIN;")
            self._claims = None

    def claims(self, id: str) -> list[Claim]:
        if not self._may_have(id):
            return []
        return list(map(_claim, self._records.execute("SELECT * FROM claim WHERE id = ?", (id,))))

    def unseen(self, file: int, run: int) -> list[Claim]:
        """The records of a file that another reading than `run` saw last."""
        rows = self._records.execute("SELECT * FROM claim WHERE file = ? AND run <> ?", (file, run))
        return list(map(_claim, rows))

    def first_of(self, text: str, but: tuple[str, int] = ("", 0)) -> Claim | None:
        """The face, or if there is none the first of the copies, in the order of claims.

        `but` is a record to be left out.
        """
        if not self._may_have(text):
            return None
        row = self._records.execute(
            "SELECT * FROM claim WHERE text = ? AND state IN (0, 1) AND NOT (id = ? AND file = ?) "
            f"ORDER BY since, {_asked_for('id')}, mark, id LIMIT 1",
            (text, *but),
        ).fetchone()
        return None if row is None else _claim(row)

    def held(self, text: str) -> list[Claim]:
        """All that are in the index with this text."""
        rows = self._records.execute("SELECT * FROM claim WHERE text = ? AND state IN (0, 1)", (text,))
        return list(map(_claim, rows))

    def all_copies(self) -> Iterator[tuple[str, str]]:
        """The id of a face and what is known of a copy, for every copy; by face, then in the order of claims.

        SQLite joins in the order of the query: most records are no copies.
        """
        yield from self._records.execute(
            "SELECT face.id, copy.meta FROM claim copy CROSS JOIN claim face "
            "ON face.text = copy.text AND face.state = 0 WHERE copy.state = 1 "
            f"ORDER BY face.id, copy.since, {_asked_for('copy.id')}, copy.mark, copy.id"
        )

    def put(self, claim: Claim) -> None:
        self._read_in()
        self._rumoured.add(claim.id, claim.text)
        self._put.append(claim)
        if len(self._put) == _TOGETHER:
            self._write()
        self.changed = True

    def see(self, claim: Claim, run: int) -> None:
        self._records.execute("UPDATE claim SET run = ? WHERE id = ? AND file = ?", (run, claim.id, claim.file))

    def remove(self, claim: Claim) -> None:
        self._records.execute("DELETE FROM claim WHERE id = ? AND file = ?", (claim.id, claim.file))
        self.changed = True

    def claim(self, id: str, file: int) -> Claim | None:
        row = self._records.execute("SELECT * FROM claim WHERE id = ? AND file = ?", (id, file)).fetchone()
        return None if row is None else _claim(row)

    # Texts whose face is gone while copies are left

    def keep_text(self, text: str, stored: bytes) -> None:
        self._records.execute("REPLACE INTO orphan VALUES (?, ?)", (text, stored))

    def kept_text(self, text: str) -> bytes | None:
        row = self._records.execute("SELECT stored FROM orphan WHERE text = ?", (text,)).fetchone()
        return None if row is None else bytes(row[0])

    def drop_texts(self) -> None:
        if self._has_claims:
            self._db.execute("DELETE FROM orphan")


class _Rumour:
    """Which ids and digests may be in the table, so that it isn't asked for most that are new.

    One bit for each, by its hash. At two million of them one in thirty is asked for in vain.
    """

    _BITS = 26

    def __init__(self) -> None:
        self._bytes = bytearray(1 << (self._BITS - 3))
        self._mask = (1 << self._BITS) - 1

    def add(self, id: str, text: str | None) -> None:
        for said in (id, text):
            place = hash(said) & self._mask
            self._bytes[place >> 3] |= 1 << (place & 7)

    def __contains__(self, said: str) -> bool:
        place = hash(said) & self._mask
        return bool(self._bytes[place >> 3] >> (place & 7) & 1)


_ENTRY = "base, root, shown, size, mtime, content, manner, articles, withheld, rejected"


def _entry(row: tuple[Any, ...]) -> Entry:
    base, root, shown, size, mtime, content, manner, articles, withheld, rejected = row
    count, first = json.loads(rejected) if rejected else (0, ())
    told = tuple((member, position, reason) for member, position, reason in first)
    return Entry(os.fsdecode(base), root, shown, size, mtime, content, manner, articles, withheld, (count, told))


def _claim(row: tuple[Any, ...]) -> Claim:
    id, file, mark, text, since, version, state, meta, run = row
    return Claim(id, file, mark, text, since, version, State(state), meta, run)


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _with_paths(row: Iterable[object]) -> list[object]:
    """Paths may hold bytes that are no UTF-8, which JSON can write and SQLite can't keep as text."""
    return [os.fsencode(cell[0]) if isinstance(cell, list) else cell for cell in row]


def _without_paths(row: Iterable[object]) -> list[object]:
    return [[os.fsdecode(cell)] if isinstance(cell, bytes) else cell for cell in row]


def is_gone(file: str) -> bool:
    """Whether a file is surely no longer there; one that merely can't be reached is not gone."""
    try:
        Path(file).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False
