"""Which warehouses send a shipment; the same for the service that decides and for previews."""
