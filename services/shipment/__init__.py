"""The shipment service: fulfilment of orders, and stock of warehouses."""
