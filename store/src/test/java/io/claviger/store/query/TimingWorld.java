package io.claviger.store.query;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.device.AttributeDataType;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.Tag;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.Cidr;
import io.claviger.core.secret.Digest;
import io.claviger.core.topic.TopicFilter;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.device.AttributeRow;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.key.AccessKeyRow;
import io.claviger.store.key.AccessKeyStore;
import io.claviger.store.key.AddressFilterType;
import io.claviger.store.key.TopicFilterType;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A large application, made row by row as the server makes it, for {@link QueryTimings}. */
final class TimingWorld {
  static final ApplicationId APPLICATION = new ApplicationId("0123456789abcdef01234567");

  private static final int BATCH = 1_000;
  private static final int SITES = 1_000;
  private static final long START = 1_600_000_000_000L;

  private final Database database;
  private final int records;
  private final Random random = new Random(1);

  /**
   * For that many devices and as many keys.
   *
   * @param records whatever is drawn is drawn among so many
   */
  TimingWorld(Database database, int records) {
    this.database = database;
    this.records = records;
  }

  /** Fills the database unless it has been filled before. */
  boolean fill() {
    if (new AccessKeyStore(database).count(APPLICATION) == records) {
      return false;
    }
    database.run(transaction -> QueryWorld.addApplication(transaction, APPLICATION));
    for (int from = 0; from < records; from += BATCH) {
      int begin = from;
      database.run(transaction -> fill(transaction, begin, Math.min(records, begin + BATCH)));
    }
    return true;
  }

  private void fill(Transaction transaction, int from, int to) {
    var devices = new DeviceStore(database);
    var keys = new AccessKeyStore(database);
    var connections = new TestRows(transaction.handle());
    for (int number = from; number < to; number++) {
      devices.insert(transaction, device(number));
      if (random.nextInt(2) == 0) {
        connections.insert("device_connection", connection(number));
      }
    }
    connections.flush();
    transaction
        .handle()
        .execute(
            "UPDATE device SET connection_status ="
                + " (SELECT c.status FROM device_connection c WHERE c.device_id = device.id)"
                + " WHERE id >= ?",
            id(from));
    for (int number = from; number < to; number++) {
      keys.insert(transaction, key(number), Digest.of("secret " + number));
    }
  }

  static String id(int number) {
    return String.format("%024x", number);
  }

  private DeviceRow device(int number) {
    return new DeviceRow(
        new DeviceId(id(number)),
        APPLICATION,
        "device " + number,
        Optional.empty(),
        random.nextInt(20) == 0 ? DeviceClass.GATEWAY : DeviceClass.STANDALONE,
        Optional.empty(),
        number >= 10 ? List.of(new DeviceId(id(number / 10))) : List.of(),
        Optional.empty(),
        false,
        List.of(
            new Tag("site", "s" + random.nextInt(SITES)),
            new Tag("floor", "f" + random.nextInt(10)),
            new Tag("serial", "serial-" + number)),
        List.of(attribute("common"), attribute("a" + random.nextInt(SITES))),
        Instant.ofEpochMilli(START + number),
        Instant.ofEpochMilli(START + random.nextInt(records)),
        Optional.empty());
  }

  private static AttributeRow attribute(String name) {
    return new AttributeRow(
        name,
        AttributeDataType.NUMBER,
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        Optional.empty());
  }

  private Map<String, Object> connection(int number) {
    Map<String, Object> row = new HashMap<>();
    row.put("device_id", id(number));
    row.put("application_id", APPLICATION.text());
    row.put("status", random.nextInt(10) == 0 ? "disconnected" : "connected");
    row.put("connected_at", START + random.nextInt(records));
    return row;
  }

  private AccessKeyRow key(int number) {
    var author = new AccessKeyRow.Author("user", id(1));
    boolean restricted = random.nextInt(10) > 0;
    return new AccessKeyRow(
        new AccessKeyId(id(number)),
        APPLICATION,
        "00000000-0000-4000-8000-%012x".formatted(number),
        random.nextInt(4) > 0 ? Optional.of("key " + number) : Optional.empty(),
        Optional.of("The key with the Number " + number + " of this long list"),
        random.nextInt(50) == 0 ? CredentialStatus.INACTIVE : CredentialStatus.ACTIVE,
        new AccessKeyRow.Devices(
            restricted,
            restricted ? List.of(new DeviceId(id(random.nextInt(records)))) : List.of(),
            random.nextInt(10) == 0
                ? List.of(
                    new TagSelector(Optional.of("site"), Optional.of("s" + random.nextInt(SITES))))
                : List.of()),
        new AccessKeyRow.Topics(
            TopicFilterType.WHITELIST,
            List.of(topic("topic/" + random.nextInt(SITES) + "/a"), topic("all")),
            List.of(topic("topic/" + random.nextInt(SITES) + "/b"))),
        new AccessKeyRow.Addresses(
            AddressFilterType.WHITELIST,
            List.of(Cidr.parse("10." + random.nextInt(256) + ".0.0/16").orThrow())),
        author,
        author,
        Instant.ofEpochMilli(START + number),
        Instant.ofEpochMilli(START + random.nextInt(records)));
  }

  private static TopicFilter topic(String text) {
    return TopicFilter.parse(text).orThrow();
  }
}
