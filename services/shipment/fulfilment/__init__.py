"""An order's shipments: their lifecycle from Awaiting Inventory to Shipped."""
