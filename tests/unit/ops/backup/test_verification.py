"""A backup that isn't what was written is never taken for sound."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.backup import manifest
from ops.backup.manifest import CHECKSUM, MANIFEST, BackupError
from ops.backup.verification import verify
from ops.cli.main import app
from tests.unit.ops.backup.builders import backup, part

JOURNAL, TOPIC = "mongo/order/journal.part", "kafka/order.events.part"


def spoil(file: Path, at: int) -> None:
    content = bytearray(file.read_bytes())
    content[at] ^= 0x20
    file.write_bytes(content)


def test_sound_backup_has_no_damage(tmp_path: Path) -> None:
    backup(tmp_path / "b")
    seen = []
    found = verify(tmp_path / "b", lambda step, done, total: seen.append((step, done, total)))
    assert found.damage == []
    assert seen[-1] == ("verified", found.manifest.size, found.manifest.size)


def test_damage_anywhere_is_found_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    backup(folder)
    draw = random.Random(52)
    files = [file for file in folder.rglob("*") if file.is_file()]
    for _ in range(300):
        file = draw.choice(files)
        sound = file.read_bytes()
        spoil(file, draw.randrange(len(sound)))
        name = str(file.relative_to(folder))
        if name in (MANIFEST, CHECKSUM):
            with pytest.raises(BackupError, match=r"manifest\.json is damaged"):
                verify(folder)
        else:
            assert [damage.file for damage in verify(folder).damage] == [name]
        file.write_bytes(sound)
    assert verify(folder).damage == []


def test_damage_says_what_was_in_the_chunk(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    backup(folder)
    spoil(folder / JOURNAL, 100)
    assert [str(each) for each in verify(folder).damage] == [
        f"{JOURNAL}, chunk 1 (order: collection journal): its content is damaged"
    ]
    result = CliRunner().invoke(app, ["backup", "verify", str(folder), "--json"])
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["damage"] == [
        {
            "file": JOURNAL,
            "chunk": 1,
            "holds": "order: collection journal",
            "reason": "its content is damaged",
        }
    ]


def test_missing_and_foreign_files_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    backup(folder)
    (folder / TOPIC).unlink()
    (folder / "notes.txt").write_text("copied by hand")
    damage = [str(each) for each in verify(folder).damage]
    assert damage == [
        "notes.txt (nothing of the backup): it isn't in the manifest",
        f"{TOPIC} (topic order.events): it can't be read: No such file or directory",
    ]


def test_file_of_another_backup_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    backup(folder)
    (folder / TOPIC).unlink()
    part(folder, TOPIC, "topic", 39)
    (damage,) = verify(folder).damage
    assert damage.reason == "it has 39 entries, and had 40"


def test_folder_without_manifest_is_no_backup(tmp_path: Path) -> None:
    folder = tmp_path / "b"
    backup(folder)
    (folder / MANIFEST).unlink()
    with pytest.raises(BackupError, match="is no complete backup") as error:
        verify(folder)
    assert "create a new one" in error.value.hint
    assert CliRunner().invoke(app, ["backup", "verify", str(folder)]).exit_code == 1


@pytest.mark.parametrize("of_backup", ["0.9.0", "1.0", "10.0.0rc1"])
def test_backup_of_a_later_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_backup: str
) -> None:
    monkeypatch.setattr(manifest, "version", lambda _: "0.2.0")
    backup(tmp_path / "b", waybill=of_backup)
    with pytest.raises(BackupError, match=f"Waybill {of_backup} created the backup") as error:
        verify(tmp_path / "b")
    assert f"Install {of_backup}" in error.value.hint


@pytest.mark.parametrize("of_backup", ["0.1.9", "0.2.0", "0.2"])
def test_backup_of_this_or_an_earlier_version_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_backup: str
) -> None:
    monkeypatch.setattr(manifest, "version", lambda _: "0.2.0")
    backup(tmp_path / "b", waybill=of_backup)
    assert verify(tmp_path / "b").manifest.waybill == of_backup


def test_other_format_is_refused(tmp_path: Path) -> None:
    backup(tmp_path / "b", format=2)
    with pytest.raises(BackupError, match="format 2"):
        verify(tmp_path / "b")
