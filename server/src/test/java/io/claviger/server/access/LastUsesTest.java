package io.claviger.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.store.facts.CredentialUses.Use;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** The last use of each credential is known at once, is written in the end, and fills no memory. */
class LastUsesTest {
  private static final Instant NOW = Instant.parse("2026-03-09T10:10:00Z");
  private static final int STEPS = 20_000;

  private final LastUses uses = new LastUses();
  private final Map<String, Use> written = new HashMap<>();

  private static Use use(long second, String address) {
    return new Use(NOW.plusSeconds(second), Optional.of(address), Optional.of("agent"));
  }

  private static String id(int number) {
    return String.format("%024x", number);
  }

  /** Beside a plain map, whatever the order of uses and writing is, with a database that fails. */
  @Test
  void knowsWhatAMapWouldKnow() {
    for (long seed = 0; seed < 20; seed++) {
      knowsWhatAMapWouldKnow(new Random(seed), "seed " + seed);
    }
  }

  private void knowsWhatAMapWouldKnow(Random random, String seed) {
    LastUses all = new LastUses();
    Map<String, Use> model = new HashMap<>();
    Map<String, Use> database = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      String id = id(random.nextInt(2_000));
      if (random.nextInt(400) == 0) {
        boolean fails = random.nextBoolean();
        int atMost = database.size() + random.nextInt(2_000);
        try {
          all.writeAll(batch -> {
            if (fails && database.size() > atMost) {
              throw new IllegalStateException("the database is away");
            }
            database.putAll(batch);
          });
        } catch (IllegalStateException _) {
          // What was not written is still known.
        }
      }
      Use use = use(step, "192.0.2." + random.nextInt(5));
      all.note(id, use);
      model.put(id, use);
      String asked = id(random.nextInt(2_000));
      assertThat(all.find(asked).or(() -> Optional.ofNullable(database.get(asked))))
          .as(seed)
          .isEqualTo(Optional.ofNullable(model.get(asked)));
    }
    all.writeAll(database::putAll);
    assertThat(database).as(seed).isEqualTo(model);
  }

  @Test
  void anEarlierUseThatComesLateChangesNothing() {
    uses.note(id(1), use(5, "192.0.2.1"));
    uses.note(id(1), use(4, "192.0.2.2"));
    assertThat(uses.find(id(1))).contains(use(5, "192.0.2.1"));
  }

  /** Writing takes turns with other writers, and goes through the rows in their order. */
  @Test
  void manyAreWrittenInSmallPartsInTheOrderOfIds() {
    int count = 3 * LastUses.BATCH + 1;
    for (int i = count; i > 0; i--) {
      uses.note(String.format("%08x%016x", i / 50, i), use(i, "192.0.2.1"));
    }
    List<String> order = new ArrayList<>();
    assertThat(uses.writeSome(batch -> order.addAll(batch.keySet()))).isFalse();
    uses.begin();
    assertThat(uses.writeSome(batch -> order.addAll(batch.keySet()))).isTrue();
    assertThat(order).hasSize(LastUses.BATCH);
    uses.note(id(0), use(1, "192.0.2.1"));
    uses.begin();
    while (uses.writeSome(batch -> order.addAll(batch.keySet()))) {
      assertThat(order.size() % LastUses.BATCH).isZero();
    }
    assertThat(order).hasSize(count).isSorted();
    uses.begin();
    assertThat(uses.find(order.getFirst())).isEmpty();
    assertThat(uses.find(id(0))).isPresent();
    uses.writeAll(written::putAll);
    assertThat(written).containsOnlyKeys(id(0));
  }

  /** Who asks ten times a second does not ask a database that is away ten times a second. */
  @Test
  void afterAFailureNothingIsTriedUntilTheNextTime() {
    uses.note(id(1), use(1, "192.0.2.1"));
    uses.begin();
    assertThatThrownBy(() -> uses.writeSome(LastUsesTest::fail)).hasMessage("away");
    assertThat(uses.writeSome(LastUsesTest::fail)).isFalse();
    uses.begin();
    assertThatThrownBy(() -> uses.writeSome(LastUsesTest::fail)).hasMessage("away");
    assertThat(uses.find(id(1))).isPresent();
    uses.writeAll(written::putAll);
    assertThat(written).containsOnlyKeys(id(1));
  }

  private static void fail(Map<String, Use> batch) {
    throw new IllegalStateException("away");
  }

  @Test
  void neitherCredentialsNorClientsFillTheMemory() {
    for (int i = 0; i < LastUses.CLIENTS_MAX + 1_000; i++) {
      uses.note(id(i), use(i, "address " + i));
    }
    assertThat(uses.find(id(LastUses.CLIENTS_MAX + 1))).isEmpty();
    uses.note(id(LastUses.CLIENTS_MAX + 1), use(1, "address 7"));
    assertThat(uses.find(id(LastUses.CLIENTS_MAX + 1))).contains(use(1, "address 7"));
    for (int i = LastUses.CLIENTS_MAX; i < LastUses.CREDENTIALS_MAX + 1_000; i++) {
      uses.note(id(i), use(i, "address 7"));
    }
    assertThat(uses.find(id(LastUses.CREDENTIALS_MAX + 1))).isEmpty();
    uses.note(id(7), use(LastUses.CREDENTIALS_MAX, "address 8"));
    assertThat(uses.find(id(7))).contains(use(LastUses.CREDENTIALS_MAX, "address 8"));
    uses.writeAll(written::putAll);
    assertThat(written).hasSize(LastUses.CREDENTIALS_MAX);
    uses.note(id(LastUses.CREDENTIALS_MAX + 1), use(1, "a new address"));
    assertThat(uses.find(id(LastUses.CREDENTIALS_MAX + 1))).isPresent();
  }

  /**
   * Each thread has credentials of its own and finds its last use at once, while all is written.
   */
  @Test
  void nothingIsLostBetweenThreads() throws Exception {
    Map<String, Use> database = new ConcurrentHashMap<>();
    int threads = 4;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads + 1)) {
      List<Future<?>> users = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int first = thread * 1_000;
        users.add(
            executor.submit(() -> {
              for (int step = 0; step < STEPS; step++) {
                String id = id(first + step % 300);
                Use use = use(step, "192.0.2." + step % 3);
                uses.note(id, use);
                assertThat(uses.find(id).or(() -> Optional.ofNullable(database.get(id))))
                    .contains(use);
              }
            }));
      }
      Future<?> writer =
          executor.submit(() -> {
            while (users.stream().anyMatch(user -> !user.isDone())) {
              uses.begin();
              uses.writeSome(database::putAll);
            }
          });
      for (Future<?> user : users) {
        user.get();
      }
      writer.get();
    }
    uses.writeAll(database::putAll);
    for (int thread = 0; thread < threads; thread++) {
      for (int step = STEPS - 300; step < STEPS; step++) {
        assertThat(database)
            .containsEntry(id(thread * 1_000 + step % 300), use(step, "192.0.2." + step % 3));
      }
    }
  }
}
