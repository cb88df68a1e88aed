"""A backup proves itself whole and is restored only into emptiness."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings

from portal.runtime import archive
from portal.runtime.faults import RuntimeFault


@pytest.fixture
def folder(tmp_path: Path):
    """An installation's storage and keys, with one file each."""
    storage = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "storage")},
        }
    }
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "issuer.pem").write_text("a key")
    with override_settings(STORAGES=storage, SIGNER=f"file:{tmp_path}/keys"):
        default_storage.save("versions/one.parquet", ContentFile(b"rows" * 1000))
        yield tmp_path


@pytest.fixture
def backup(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of it, with a stand-in for the dump (the real one is in the start test)."""
    monkeypatch.setattr(archive, "_dump", lambda target: target.write_bytes(b"dump" * 500))
    archive.write_backup(folder / "b.tar", lambda line: None)
    return folder / "b.tar"


def test_backup_holds_database_files_and_keys(backup: Path) -> None:
    summary = archive.check_backup(backup)
    assert summary.parts == 3
    assert summary.bytes == 2000 + 4000 + 5
    assert backup.stat().st_mode & 0o777 == 0o600


def test_backup_overwrites_nothing(backup: Path) -> None:
    with pytest.raises(RuntimeFault, match="exists already"):
        archive.write_backup(backup, lambda line: None)


@pytest.mark.parametrize("place", [600, 3700])
def test_one_changed_byte_is_found(backup: Path, place: int) -> None:
    content = bytearray(backup.read_bytes())
    content[place] ^= 1
    backup.write_bytes(content)
    with pytest.raises(RuntimeFault, match="damaged"):
        archive.check_backup(backup)


def test_cut_off_backup_is_found(backup: Path) -> None:
    content = backup.read_bytes()
    for length in (100, 3000, 6000):
        backup.write_bytes(content[:length])
        with pytest.raises(RuntimeFault):
            archive.check_backup(backup)


def test_failed_backup_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(target: Path) -> None:
        message = "pg_dump failed"
        raise RuntimeFault(message)

    monkeypatch.setattr(archive, "_dump", fail)
    with pytest.raises(RuntimeFault):
        archive.write_backup(folder / "b.tar", lambda line: None)
    assert sorted(path.name for path in folder.iterdir()) == ["keys", "storage"]


@pytest.mark.django_db
def test_restore_refuses_an_installation_in_use(backup: Path) -> None:
    with pytest.raises(RuntimeFault, match="empty data directory"):
        archive.read_backup(backup, lambda line: None)
