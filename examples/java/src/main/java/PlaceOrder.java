import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Publishes a paid cart and waits for its outcome: {@code PlaceOrder c-1001}. */
final class PlaceOrder {
  public static void main(String[] arguments) throws Exception {
    String cartId = arguments[0];
    Map<String, Object> cart =
        Map.of(
            "cart_id", cartId,
            "market", "US",
            "currency", "USD",
            "converted_at", "2026-11-22T20:00:00Z",
            "customer", Map.of("name", "Mercy Taylor", "email", "mercy@example.com"),
            "shipments", List.of(shipment()),
            "payments", List.of(payment()));
    int code;
    try (Outcomes outcomes = new Outcomes()) {
      var message =
          Waybill.message(
              "checkout.cart-converted",
              cartId,
              "my-checkout",
              cartId,
              "waybill.cart.converted.v1",
              cart);
      code = Waybill.report(outcomes.ask(message, cartId, Duration.ofSeconds(30)));
    }
    System.exit(code);
  }

  private static Map<String, Object> shipment() {
    return Map.of(
        "shipping_method", "standard",
        "shipping_cost", "4.90",
        "address",
            Map.of("name", "Mercy Taylor", "line1", "1 Pike Pl", "city", "Seattle", "country", "US"),
        "lines",
            List.of(
                Map.of(
                    "sku", "LINEN-DRESS",
                    "name", "Linen dress",
                    "quantity", 2,
                    "placed_price", "39.50")));
  }

  private static Map<String, Object> payment() {
    return Map.of(
        "payment_id", "p-1",
        "method", "credit-card",
        "transaction_type", "Sale",
        "amount", "83.90",
        "status", "Processed");
  }
}
