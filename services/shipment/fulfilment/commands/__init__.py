"""Commands that customer service and warehouses send to a shipment."""
