package io.claviger.server.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.Tag;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.store.Database;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Queries by the table {@code device-query} and by chance. */
class WantedDevicesTest {
  private static final long SEED = 20_260_302;
  private static final Instant TIME = Instant.parse("2026-03-01T00:00:00Z");
  private static final ApplicationId APPLICATION = new ApplicationId("a".repeat(24));
  private static final List<String> WORDS =
      List.of(
          "id",
          "name",
          "tags",
          "deviceClass",
          "$eq",
          "$in",
          "$ne",
          "$tagKey",
          "$tagValue",
          "$and",
          "gatewayId",
          "x",
          "",
          "0123456789abcdef01234567",
          "system",
          "$",
          "é".repeat(300));

  @TempDir private Path folder;

  @Test
  void meansWhatTheTableSays() throws IOException {
    try (Database database =
        Database.open(TestDatabases.sqlite(folder), InstantSource.fixed(TIME))) {
      DeviceStore store = new DeviceStore(database);
      insertDevices(database, store);
      List<String> lines =
          Files.readAllLines(Path.of("..", "spec", "cases", "device-query.table")).stream()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .skip(1)
              .toList();
      assertThat(lines).hasSizeGreaterThan(50);
      for (String line : lines) {
        String[] cells = line.split(" \\| ", -1);
        JsonNode query = Json.parse("query", cells[0]);
        if (cells[1].equals("refused")) {
          assertThatThrownBy(() -> matching(query))
              .as(line)
              .isInstanceOf(ApiException.class)
              .hasMessageStartingWith(cells[2]);
        } else {
          DeviceSet set = DeviceSet.present(APPLICATION, matching(query));
          List<String> found =
              store.first(set, 10).stream()
                  .map(device -> device.id().text().substring(23))
                  .toList();
          assertThat(found.isEmpty() ? "none" : String.join(", ", found))
              .as(line)
              .isEqualTo(cells[1]);
        }
      }
    }
  }

  private static DeviceFilter matching(JsonNode query) {
    return new DeviceFilter.Matching(WantedDevices.ofQuery(query).query());
  }

  private static void insertDevices(Database database, DeviceStore store) {
    database.run(transaction -> {
      transaction
          .handle()
          .createUpdate(
              "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
                  + " created_at, updated_at) VALUES (:id, 'user', 'u', 'n', 'n', '{}', 0, 0)")
          .bind("id", APPLICATION.text())
          .execute();
      List<DeviceRow> devices =
          List.of(
              device(
                  1,
                  "pump",
                  DeviceClass.STANDALONE,
                  List.of(
                      new Tag("site", "north"), new Tag("site", "south"), new Tag("line", "1"))),
              device(
                  2,
                  "Pump",
                  DeviceClass.GATEWAY,
                  List.of(new Tag("site", "north"), new Tag("north", "site"))),
              device(3, "7", DeviceClass.SYSTEM, List.of()));
      devices.forEach(device -> store.insert(transaction, device));
    });
  }

  private static DeviceRow device(
      int number, String name, DeviceClass deviceClass, List<Tag> tags) {
    return new DeviceRow(
        new DeviceId(String.format("%024x", number)),
        APPLICATION,
        name,
        Optional.empty(),
        deviceClass,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        false,
        tags,
        List.of(),
        TIME,
        TIME,
        Optional.empty());
  }

  /** Whatever is sent is answered or refused with 400. */
  @Test
  void neverFailsInAnotherWay() {
    Random random = new Random(SEED);
    int understood = 0;
    for (int i = 0; i < 20_000; i++) {
      JsonNode query = randomObject(random, 3);
      try {
        matching(query);
        understood++;
      } catch (ApiException e) {
        assertThat(e.status()).as("seed %d %s", SEED, query).isEqualTo(400);
        assertThat(e.publicMessage().length()).as("seed %d %s", SEED, query).isLessThan(600);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + SEED + " " + query, e);
      }
    }
    assertThat(understood).isGreaterThan(1000);
  }

  private static JsonNode randomValue(Random random, int depth) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (random.nextInt(depth == 0 ? 4 : 7)) {
      case 0 -> nodes.stringNode(WORDS.get(random.nextInt(WORDS.size())));
      case 1 -> nodes.numberNode(random.nextInt());
      case 2 -> nodes.booleanNode(random.nextBoolean());
      case 3 -> nodes.nullNode();
      case 4 -> {
        ArrayNode array = nodes.arrayNode();
        for (int i = random.nextInt(3); i > 0; i--) {
          array.add(randomValue(random, depth - 1));
        }
        yield array;
      }
      default -> randomObject(random, depth - 1);
    };
  }

  static ObjectNode randomObject(Random random, int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    List<String> names = new ArrayList<>(WORDS);
    for (int i = random.nextInt(3); i > 0; i--) {
      object.set(names.remove(random.nextInt(names.size())), randomValue(random, depth));
    }
    return object;
  }
}
