from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import settings

#: No test is timed: what takes long on a busy machine is no error.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def own_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoosh 2.7.4 gives the temporary files of every index in memory the same name, whichever process has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))
        yield


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Packed bytes hold the time they were packed at: as names of tests they would differ between processes."""
    return argname if isinstance(val, bytes) else None
