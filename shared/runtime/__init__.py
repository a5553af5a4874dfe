"""The runtime that gives every service the same guarantees; `docs/guarantees.md` says which."""
