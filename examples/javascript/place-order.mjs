// Publishes a paid cart and waits for its outcome: node place-order.mjs c-1001
import { ask, report } from "./waybill.mjs";

const [cartId] = process.argv.slice(2);
const cart = {
  cart_id: cartId,
  market: "US",
  currency: "USD",
  converted_at: "2026-11-22T20:00:00Z",
  customer: { name: "Mercy Taylor", email: "mercy@example.com" },
  shipments: [
    {
      shipping_method: "standard",
      shipping_cost: "4.90",
      address: { name: "Mercy Taylor", line1: "1 Pike Pl", city: "Seattle", country: "US" },
      lines: [{ sku: "LINEN-DRESS", name: "Linen dress", quantity: 2, placed_price: "39.50" }],
    },
  ],
  payments: [
    {
      payment_id: "p-1",
      method: "credit-card",
      transaction_type: "Sale",
      amount: "83.90",
      status: "Processed",
    },
  ],
};

report(
  await ask("checkout.cart-converted", {
    source: "my-checkout",
    id: cartId,
    type: "waybill.cart.converted.v1",
    key: cartId,
    data: cart,
  }),
);
