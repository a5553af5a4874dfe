"""`python -m ops.security.keys FOLDER`: certificates and passwords for docker-compose.secure.yml.

Each user gets a folder of its own in FOLDER, which nobody else is given, and nothing else is kept:
the authority's key is gone when this ends. What is there already stays; to have all of it again,
remove the folders. Runs as root, so that each folder belongs to who reads it.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex, token_urlsafe

from ops.security.certificates import Authority, write
from ops.security.rights.needs import CLI
from shared.contracts.topics import PROCESSES

ADMIN = "admin"
# Who the processes are in their images: the two engines' own, and ours.
KAFKA, MONGO, WAYBILL = 1000, 999, 10001


def make(folder: Path) -> bool:
    """Writes everything; False if it is there already."""
    if (folder / ADMIN / "password").exists():
        return False
    authority = Authority()
    users = (*PROCESSES, CLI)
    passwords = {user: token_urlsafe(24) for user in (*users, ADMIN)}
    for user in users:
        _put(folder / user, _of_user(authority, user, passwords[user]), WAYBILL)
    _put(folder / "kafka", _server(authority, "kafka"), KAFKA)
    replicas = {
        # MongoDB takes base64's letters only; hexadecimal ones are among them.
        "replica-set.key": token_hex(128).encode(),
        "password": passwords[ADMIN].encode(),
    }
    _put(folder / "mongo", _server(authority, "mongo") | replicas, MONGO)
    others = {f"users/{user}": passwords[user].encode() for user in users}
    # Last, so that what was interrupted is done again.
    _put(folder / ADMIN, others | _of_user(authority, ADMIN, passwords[ADMIN]), WAYBILL)
    return True


def _of_user(authority: Authority, user: str, password: str) -> dict[str, bytes]:
    return {
        "ca.pem": authority.pem,
        "user.pem": authority.vouch(user),
        "password": password.encode(),
    }


def _server(authority: Authority, name: str) -> dict[str, bytes]:
    return {
        "ca.pem": authority.pem,
        f"{name}.pem": authority.vouch(name, [name, "localhost", "127.0.0.1"]),
    }


def _put(folder: Path, files: Mapping[str, bytes], owner: int) -> None:
    for name, content in files.items():
        file = write(folder / name, content)
        if os.geteuid() == 0:
            for path in {file, file.parent}:
                os.chown(path, owner, owner)


if __name__ == "__main__":
    made = make(Path(sys.argv[1]))
    print("made" if made else "there already")  # noqa: T201 - it is a command
