package io.claviger.server.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The hashes of passwords, and what they leave to others. */
class PasswordHasherTest {
  /** Beside hashes on the threads of requests there are some thousands at most. */
  private static final long TURNS = 100_000;

  @Test
  void aHashFitsItsPasswordAlone() {
    PasswordHasher hasher = new PasswordHasher(new Random(1), 1);
    String hash = hasher.hash("correct Horse");
    assertThat(hasher.matches(hash, "correct Horse")).isTrue();
    assertThat(hasher.matches(hash, "correct horse")).isFalse();
    assertThat(hasher.hash("correct Horse")).isNotEqualTo(hash);
  }

  @Test
  void aStormOfPasswordsLeavesTurnsToOtherRequests() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    PasswordHasher hasher = new PasswordHasher(new Random(1), processors);
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> hashes = new ArrayList<>();
      for (int i = 0; i < 8 * processors; i++) {
        hashes.add(requests.submit(() -> hasher.hash("a password")));
      }
      Future<Long> other = requests.submit(() -> turns(requests, over));
      for (Future<String> hash : hashes) {
        assertThat(hash.get()).startsWith("$argon2id$");
      }
      over.set(true);
      assertThat(other.get()).isGreaterThan(TURNS);
    }
  }

  /** How often a thread that needs another one for each step gets on. */
  private static long turns(ExecutorService requests, AtomicBoolean over) throws Exception {
    long turns = 0;
    while (!over.get()) {
      turns += requests.submit(() -> 1).get();
    }
    return turns;
  }
}
