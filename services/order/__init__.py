"""The order service: purchase orders are placed, held, edited, canceled and completed here."""
