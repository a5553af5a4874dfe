"""The runtime behind every service. Its guarantees are in `docs/guarantees.md`."""
