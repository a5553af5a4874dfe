import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends messages and waits for their outcomes. It reads all replies, without a consumer group. */
final class Outcomes implements AutoCloseable {
  private final String topic = Waybill.topic("waybill.replies");
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(
          Waybill.connection(), new StringSerializer(), new ByteArraySerializer());
  private final KafkaConsumer<String, byte[]> replies =
      new KafkaConsumer<>(
          Waybill.connection(), new StringDeserializer(), new ByteArrayDeserializer());

  /** Finds the end of the replies, before anything is sent. */
  Outcomes() {
    List<TopicPartition> partitions =
        replies.partitionsFor(topic).stream()
            .map(each -> new TopicPartition(topic, each.partition()))
            .toList();
    replies.assign(partitions);
    replies.seekToEnd(partitions);
    partitions.forEach(replies::position); // seekToEnd alone looks them up only when it polls
  }

  /**
   * Sends a command or a cart, and returns its outcome, or nothing if none arrives in time.
   *
   * <p>Then it isn't known whether it was carried out. Sending it again with the same id is safe,
   * however late, and gets the first outcome.
   */
  Optional<JsonNode> ask(ProducerRecord<String, byte[]> record, String id, Duration timeout)
      throws Exception {
    Waybill.header(record, "ce_replyto", topic);
    producer.send(record).get();
    Instant end = Instant.now().plus(timeout);
    while (Instant.now().isBefore(end)) {
      for (ConsumerRecord<String, byte[]> reply : replies.poll(Duration.ofMillis(200))) {
        if (id.equals(reply.key())) {
          return Optional.of(Waybill.JSON.readTree(reply.value()));
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    producer.close();
    replies.close();
  }
}
