// Puts an order on hold and waits for the outcome: node hold-order.mjs c-1001 hold-1
// With the same command id it is a repeat, which gets the first outcome.
import { randomUUID } from "node:crypto";
import { ask, report } from "./waybill.mjs";

const [orderId, commandId = randomUUID()] = process.argv.slice(2);

report(
  await ask("order.commands", {
    source: "my-tool",
    id: commandId,
    type: "waybill.order.hold.v1",
    key: orderId,
    data: { order_id: orderId, reason: "Address unclear" },
  }),
);
