"""The `waybill` command: thin commands over the helpers in `ops`."""
