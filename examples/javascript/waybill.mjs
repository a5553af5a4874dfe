// What every program needs: the connection, CloudEvents, and the outcomes of commands.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { Kafka, logLevel, Partitioners } from "kafkajs";

const {
  WAYBILL_KAFKA: servers = "localhost:9092",
  WAYBILL_KAFKA_SECURITY: security = "PLAINTEXT",
  WAYBILL_KAFKA_MECHANISM: mechanism = "SCRAM-SHA-512",
  WAYBILL_KAFKA_USERNAME: username,
  WAYBILL_KAFKA_PASSWORD: password,
  WAYBILL_KAFKA_CAFILE: cafile,
  WAYBILL_TOPIC_PREFIX: prefix = "",
} = process.env;

export const kafka = new Kafka({
  clientId: "waybill-example",
  brokers: servers.split(","),
  ssl: security.includes("SSL") && (cafile ? { ca: [readFileSync(cafile)] } : true),
  sasl: security.includes("SASL") ? { mechanism: mechanism.toLowerCase(), username, password } : undefined,
  logLevel: logLevel.ERROR,
});

/** The name of a topic of the contract on this cluster. */
export const topic = (name) => prefix + name;

/** A producer that partitions keys as Waybill does (murmur2). */
export const producer = () => kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });

/** The text of a header, or "". */
export const header = (message, name) => message.headers?.[name]?.toString() ?? "";

/** A CloudEvent in binary mode. `source` and `id` identify it: a repeat has no second effect. */
export function cloudEvent({ source, id, type, key, data, replyTo }) {
  const headers = {
    ce_specversion: "1.0",
    ce_id: id,
    ce_source: source,
    ce_type: type,
    ce_time: new Date().toISOString(),
    "content-type": "application/json",
    ...(replyTo && { ce_replyto: replyTo }),
  };
  return { key, value: JSON.stringify(data), headers };
}

/**
 * Sends a message and returns its outcome (`waybill.reply.v1`), or null after `seconds`.
 * Sending it again with the same id is safe, and gets the first outcome.
 */
export async function ask(name, event, seconds = 30) {
  const replies = topic("waybill.replies");
  const groupId = `waybill-example-${randomUUID()}`; // every process reads all replies
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId });
  const sender = producer();
  let timer;
  try {
    await Promise.all([admin.connect(), consumer.connect(), sender.connect()]);
    // Where the replies end now, before anything is sent.
    const ends = await admin.fetchTopicOffsets(replies);
    await consumer.subscribe({ topic: replies });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    const outcome = new Promise((resolve) => {
      timer = setTimeout(() => resolve(null), seconds * 1000);
      consumer.run({
        eachMessage: async ({ message }) => {
          if (message.key?.toString() === event.id) resolve(JSON.parse(message.value.toString()));
        },
      });
    });
    for (const { partition, high } of ends) consumer.seek({ topic: replies, partition, offset: high });
    await joined;
    await sender.send({
      topic: topic(name),
      acks: -1,
      messages: [cloudEvent({ ...event, replyTo: replies })],
    });
    return await outcome;
  } finally {
    clearTimeout(timer);
    await Promise.allSettled([consumer.disconnect(), sender.disconnect()]);
    await admin.deleteGroups([groupId]).catch(() => {}); // it would expire by itself
    await admin.disconnect();
  }
}

/** Prints an outcome, and sets the exit code: 0 accepted, 1 rejected, 2 not known yet. */
export function report(outcome) {
  if (outcome === null) {
    console.log("no outcome yet: run it again with the same id");
    process.exitCode = 2;
  } else if (outcome.outcome === "accepted") {
    console.log(`accepted ${outcome.subject} ${outcome.status}`);
  } else {
    console.log(`rejected ${outcome.reason.code}: ${outcome.reason.message}`);
    process.exitCode = 1;
  }
}
