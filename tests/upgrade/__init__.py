"""Rolling upgrades and downgrades of a running system.

Two instances of each service run under a steady load and are replaced one by one, or all at
once, by those of another version.

python -m tests.upgrade --from REVISION    upgrades from that revision to this code, and back
"""
