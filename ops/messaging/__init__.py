"""How tools talk to the system: commands out, outcomes and events in."""
