package io.claviger.core.id;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ObjectIdSourceTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.999Z");

  @Test
  void beginsWithTheSecondsAndKeepsTheProcessPart() {
    var source = new ObjectIdSource(InstantSource.fixed(NOON), new Random(1));
    String first = source.next();
    String second = source.next();
    assertThat(ObjectId.isValid(first)).isTrue();
    assertThat(first).isLowerCase().startsWith(Long.toHexString(NOON.getEpochSecond()));
    assertThat(second.substring(0, 18)).isEqualTo(first.substring(0, 18));
    assertThat(second).isGreaterThan(first);
  }

  @Test
  void twoProcessesDiffer() {
    var clock = InstantSource.fixed(NOON);
    assertThat(new ObjectIdSource(clock, new Random(1)).next())
        .isNotEqualTo(new ObjectIdSource(clock, new Random(2)).next());
  }

  @Test
  void idsAscendWhenTheClockRunsJumpsAndGoesBack() {
    long seed = 7;
    var random = new Random(seed);
    var seconds = new AtomicLong(NOON.getEpochSecond());
    var source = new ObjectIdSource(() -> Instant.ofEpochSecond(seconds.get()), new Random(seed));
    String previous = source.next();
    for (int i = 0; i < 20_000; i++) {
      seconds.addAndGet(random.nextInt(5) - 2);
      String next = source.next();
      assertThat(timeAndCounter(next))
          .as("seed %d, step %d", seed, i)
          .isGreaterThan(timeAndCounter(previous));
      previous = next;
    }
  }

  @Test
  void aSecondThatUsesUpItsCounterBorrowsFromTheNext() {
    var source = new ObjectIdSource(InstantSource.fixed(NOON), new Random(1));
    String first = source.next();
    String last = first;
    for (int i = 0; i < 1 << 24; i++) {
      last = source.next();
    }
    assertThat(timeAndCounter(last)).isEqualTo(timeAndCounter(first) + (1 << 24));
    assertThat(last).startsWith(Long.toHexString(NOON.getEpochSecond() + 1)).endsWith("000000");
  }

  @Test
  void idsAreUniqueUnderThreads() throws Exception {
    int threads = 8;
    int perThread = 20_000;
    var source = new ObjectIdSource(InstantSource.fixed(NOON), new Random(1));
    Callable<List<String>> work =
        () -> {
          var ids = new ArrayList<String>(perThread);
          for (int i = 0; i < perThread; i++) {
            ids.add(source.next());
          }
          return ids;
        };
    var all = new HashSet<String>();
    try (var executor = Executors.newFixedThreadPool(threads)) {
      var futures = new ArrayList<Future<List<String>>>();
      for (int i = 0; i < threads; i++) {
        futures.add(executor.submit(work));
      }
      for (var future : futures) {
        all.addAll(future.get());
      }
    }
    assertThat(all).hasSize(threads * perThread);
  }

  private static long timeAndCounter(String id) {
    return Long.parseLong(id.substring(0, 8) + id.substring(18), 16);
  }
}
