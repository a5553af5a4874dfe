// Prints what a warehouse has to ship: node consume-releases.mjs my-warehouse
// Each release is committed after it is handled, so it is handled at least once.
import { header, kafka, topic } from "./waybill.mjs";

const [groupId] = process.argv.slice(2);
const consumer = kafka.consumer({ groupId });

await consumer.connect();
await consumer.subscribe({ topic: topic("warehouse.releases"), fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachMessage: async ({ topic, partition, message }) => {
    const type = header(message, "ce_type");
    if (type === "waybill.shipment.released.v1" || type === "waybill.shipment.recalled.v1") {
      console.log(type, message.value.toString());
    } // more types may come: skip what you don't know
    await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }]);
  },
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => consumer.disconnect().then(() => process.exit(0)));
}
