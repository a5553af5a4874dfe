"""Looks up known vulnerabilities of what locks pin: `python .ci/audit.py LOCK...`.

A lock is one of pip's (requirements*.lock) or npm's (package-lock.json).

Fails on a vulnerability, and on everything unexpected. What couldn't be asked (no network, or an
index without such data) is said, never counted as fine.
"""

import json
import subprocess
import sys

UNREACHABLE = ("ConnectionError", "Max retries", "timed out", "Failed to resolve", "ServiceError")
NPM = (
    "npm",
    "audit",
    "--package-lock-only",
    "--json",
    "--fetch-retries=0",
    "--fetch-timeout=20000",
)
COMMAND = ("pip_audit", "--require-hashes", "--disable-pip", "--progress-spinner=off", "-f=json")


def main(locks: list[str]) -> int:
    """The exit code: 0 nothing known, or nobody to ask; 1 something is wrong."""
    return max(npm() if lock.endswith(".json") else pip(lock) for lock in locks)


def npm() -> int:
    """The same for what the portal's pages load, as npm's lock beside package.json pins it."""
    try:
        asked = subprocess.run(NPM, capture_output=True, text=True, check=False)
        found = json.loads(asked.stdout)["vulnerabilities"]
    except (OSError, ValueError, KeyError):
        return say("WARNING: npm's packages were not audited: nobody to ask.", 0)
    for name, flaw in found.items():
        say(f"{name} {flaw['range']}: {flaw['severity']}, fixed: {bool(flaw['fixAvailable'])}", 1)
    return say("No known vulnerability in npm's packages.", 0) if not found else 1


def pip(lock: str) -> int:
    """The same for one of pip's locks."""
    command = [sys.executable, "-m", *COMMAND, f"-r={lock}"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(asked.stdout)["dependencies"]
    except ValueError:
        if any(sign in asked.stderr for sign in UNREACHABLE):
            return say("WARNING: nothing was audited: the advisory database can't be reached.", 0)
        return say(asked.stderr, 1)
    for package in packages:
        for flaw in package.get("vulns", []):
            fixed = ", ".join(flaw["fix_versions"]) or "no version yet"
            say(f"{package['name']} {package['version']}: {flaw['id']}, fixed in {fixed}", 1)
    skipped = sum("skip_reason" in package for package in packages)
    if skipped:
        say(f"WARNING: {skipped} of {len(packages)} packages were not audited: no data here.", 0)
    if asked.returncode == 0 and skipped < len(packages):
        say(f"No known vulnerability in {len(packages) - skipped} packages.", 0)
    return asked.returncode


def say(line: str, code: int) -> int:
    """Prints it and hands the code on."""
    print(line)  # noqa: T201 - a script of the build
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
