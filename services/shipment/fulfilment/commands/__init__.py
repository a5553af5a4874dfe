"""What customer service and warehouses ask of a shipment."""
