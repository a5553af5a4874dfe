"""The `waybill` command and the modules behind it."""
