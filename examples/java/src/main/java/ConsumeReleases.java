import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints what a warehouse has to ship: {@code ConsumeReleases my-warehouse}.
 *
 * <p>Releases are committed after they are handled, so each is handled at least once.
 */
final class ConsumeReleases {
  public static void main(String[] arguments) throws Exception {
    Properties options = Waybill.connection();
    options.put("group.id", arguments[0]);
    options.put("enable.auto.commit", "false");
    options.put("auto.offset.reset", "earliest");
    var consumer =
        new KafkaConsumer<>(options, new StringDeserializer(), new ByteArrayDeserializer());
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(consumer, main)));
    try (consumer) {
      consumer.subscribe(List.of(Waybill.topic("warehouse.releases")));
      while (true) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          handle(record);
        }
        consumer.commitSync();
      }
    } catch (WakeupException end) {
      // Ctrl-C: the group is left, and reading resumes after the last commit.
    }
  }

  private static void handle(ConsumerRecord<String, byte[]> record) {
    String type = Waybill.header(record, "ce_type");
    switch (type) {
      case "waybill.shipment.released.v1", "waybill.shipment.recalled.v1" -> {
        System.out.println(type + " " + new String(record.value(), StandardCharsets.UTF_8));
      }
      default -> {} // more types may come: skip what you don't know
    }
  }

  private static void end(KafkaConsumer<?, ?> consumer, Thread main) {
    consumer.wakeup();
    try {
      main.join(5000);
    } catch (InterruptedException ignored) {
      Thread.currentThread().interrupt();
    }
  }
}
