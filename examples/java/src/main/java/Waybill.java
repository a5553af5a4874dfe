import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** What every program needs: the connection, topics, and CloudEvents in binary mode. */
final class Waybill {
  static final ObjectMapper JSON = new ObjectMapper();

  private Waybill() {}

  /** The connection, from the environment variables that Waybill's own processes read. */
  static Properties connection() {
    Properties options = new Properties();
    options.put("bootstrap.servers", setting("WAYBILL_KAFKA", "localhost:9092"));
    String security = setting("WAYBILL_KAFKA_SECURITY", "PLAINTEXT");
    options.put("security.protocol", security);
    if (security.startsWith("SASL")) {
      String mechanism = setting("WAYBILL_KAFKA_MECHANISM", "SCRAM-SHA-512");
      String module =
          mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
      options.put("sasl.mechanism", mechanism);
      options.put(
          "sasl.jaas.config",
          "org.apache.kafka.common.security.%s required username=\"%s\" password=\"%s\";"
              .formatted(
                  module,
                  setting("WAYBILL_KAFKA_USERNAME", ""),
                  setting("WAYBILL_KAFKA_PASSWORD", "")));
    }
    String authority = setting("WAYBILL_KAFKA_CAFILE", "");
    if (!authority.isEmpty()) {
      options.put("ssl.truststore.type", "PEM");
      options.put("ssl.truststore.location", authority);
    }
    return options;
  }

  /** The name of a topic of the contract on this cluster. */
  static String topic(String name) {
    return setting("WAYBILL_TOPIC_PREFIX", "") + name;
  }

  /** A message. Its source and id identify it: a repeat of the same message has no effect. */
  static ProducerRecord<String, byte[]> message(
      String topic, String key, String source, String id, String type, Object data)
      throws Exception {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic(topic), key, JSON.writeValueAsBytes(data));
    header(record, "ce_specversion", "1.0");
    header(record, "ce_id", id);
    header(record, "ce_source", source);
    header(record, "ce_type", type);
    header(record, "ce_time", Instant.now().toString());
    header(record, "content-type", "application/json");
    return record;
  }

  static void header(ProducerRecord<?, ?> record, String name, String value) {
    record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** The text of a header, or an empty string. */
  static String header(ConsumerRecord<?, ?> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Prints an outcome and returns the exit code: 0 accepted, 1 rejected, 2 not known yet. */
  static int report(Optional<JsonNode> outcome) {
    if (outcome.isEmpty()) {
      System.out.println("no outcome yet: run it again with the same id");
      return 2;
    }
    JsonNode reply = outcome.get();
    if (reply.path("outcome").asText().equals("accepted")) {
      System.out.printf(
          "accepted %s %s%n", reply.path("subject").asText(), reply.path("status").asText());
      return 0;
    }
    JsonNode reason = reply.path("reason");
    System.out.printf(
        "rejected %s: %s%n", reason.path("code").asText(), reason.path("message").asText());
    return 1;
  }

  private static String setting(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }
}
