"""The shipment service: fulfilment of orders, and the stock of the warehouses."""
