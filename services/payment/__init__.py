"""The payment service: an order's money is recorded, captured, voided and refunded here."""
