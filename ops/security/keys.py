"""`python -m ops.security.keys FOLDER`: certificates and passwords for docker-compose.secure.yml.

Each user gets its own folder in FOLDER, which no other user can read. The authority's key isn't
stored. If the files exist already, nothing is changed; to renew them, remove the folders. Runs as
root to give each folder to the user who reads it.
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
# User ids of the processes in their images.
KAFKA, MONGO, WAYBILL = 1000, 999, 10001


def make(folder: Path) -> bool:
    """Writes all files; returns False if they exist already."""
    if (folder / ADMIN / "password").exists():
        return False
    authority = Authority()
    users = (*PROCESSES, CLI)
    passwords = {user: token_urlsafe(24) for user in (*users, ADMIN)}
    for user in users:
        _put(folder / user, _of_user(authority, user, passwords[user]), WAYBILL)
    _put(folder / "kafka", _server(authority, "kafka"), KAFKA)
    replicas = {
        # MongoDB accepts only base64 characters, which include the hexadecimal digits.
        "replica-set.key": token_hex(128).encode(),
        "password": passwords[ADMIN].encode(),
    }
    _put(folder / "mongo", _server(authority, "mongo") | replicas, MONGO)
    others = {f"users/{user}": passwords[user].encode() for user in users}
    # Written last, so that an interrupted run is repeated in full.
    _put(folder / ADMIN, others | _of_user(authority, ADMIN, passwords[ADMIN]), WAYBILL)
    return True


def _of_user(authority: Authority, user: str, password: str) -> dict[str, bytes]:
    return {
        "ca.pem": authority.pem,
        "user.pem": authority.issue(user),
        "password": password.encode(),
    }


def _server(authority: Authority, name: str) -> dict[str, bytes]:
    return {
        "ca.pem": authority.pem,
        f"{name}.pem": authority.issue(name, [name, "localhost", "127.0.0.1"]),
    }


def _put(folder: Path, files: Mapping[str, bytes], owner: int) -> None:
    for name, content in files.items():
        file = write(folder / name, content)
        if os.geteuid() == 0:
            for path in {file, file.parent}:
                os.chown(path, owner, owner)


if __name__ == "__main__":
    made = make(Path(sys.argv[1]))
    print("Keys created." if made else "Keys exist already.")  # noqa: T201 - this is a command
