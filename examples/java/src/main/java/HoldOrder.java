import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Puts an order on hold and waits for the outcome: {@code HoldOrder c-1001 hold-1}.
 *
 * <p>With the same command id it is a repeat, which gets the first outcome.
 */
final class HoldOrder {
  public static void main(String[] arguments) throws Exception {
    String orderId = arguments[0];
    String commandId = arguments.length > 1 ? arguments[1] : UUID.randomUUID().toString();
    int code;
    try (Outcomes outcomes = new Outcomes()) {
      var command =
          Waybill.message(
              "order.commands",
              orderId,
              "my-tool",
              commandId,
              "waybill.order.hold.v1",
              Map.of("order_id", orderId, "reason", "Address unclear"));
      code = Waybill.report(outcomes.ask(command, commandId, Duration.ofSeconds(30)));
    }
    System.exit(code);
  }
}
