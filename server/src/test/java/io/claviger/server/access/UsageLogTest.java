package io.claviger.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.store.usage.CredentialParty;
import io.claviger.store.usage.Refusal;
import io.claviger.store.usage.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** No use is lost, and no flood fills the disk. */
class UsageLogTest {
  private static final Instant NOW = Instant.parse("2026-03-09T10:10:00Z");
  private static final int FLOOD = 30_000;

  private final UsageLog log = new UsageLog();
  private final Map<Usage.Key, Long> written = new HashMap<>();

  private void write(List<Usage> usages) {
    usages.forEach(usage -> written.merge(usage.key(), usage.uses(), Long::sum));
  }

  private static CredentialParty party(String credential) {
    return new CredentialParty(
        credential,
        "userToken",
        Optional.of("account"),
        Optional.of("organization"),
        Optional.of("application"));
  }

  private static Usage.Key key(CredentialParty party, String outcome, String address) {
    return new Usage.Key(
        party, Optional.of("me.get"), outcome, Optional.of(address), Optional.of("agent"));
  }

  private long total() {
    return written.values().stream().mapToLong(Long::longValue).sum();
  }

  private void flushAll() {
    for (int i = 0; i < 20; i++) {
      log.flush(this::write);
    }
  }

  @Test
  void equalUsesAreOneRowHoweverOftenItIsWritten() {
    for (int i = 0; i < 10; i++) {
      log.note(key(party("a"), "ok", "192.0.2.1"), NOW.plusSeconds(i));
      log.flush(this::write);
    }
    assertThat(written).containsExactly(Map.entry(key(party("a"), "ok", "192.0.2.1"), 10L));
    assertThat(log.pooled()).isZero();
  }

  /** Whoever stops has to know when there is nothing left. */
  @Test
  void manyAreWrittenInTurnsUntilAllAre() {
    int many = UsageLog.FLUSH_MAX + 1;
    for (int i = 0; i < many; i++) {
      log.note(key(party("credential " + i), "ok", "192.0.2.1"), NOW);
    }
    assertThat(log.flush(this::write)).isFalse();
    assertThat(written).hasSize(UsageLog.FLUSH_MAX);
    assertThat(log.flush(this::write)).isTrue();
    assertThat(written).hasSize(many);
  }

  /** A client that makes up addresses and agents fills its own rows and no more. */
  @Test
  void oneCredentialFillsNoMoreThanItsRows() {
    for (int i = 0; i < FLOOD; i++) {
      log.note(key(party("a"), "ok", "address " + i), NOW);
    }
    log.note(key(party("b"), "ok", "192.0.2.1"), NOW);
    flushAll();
    assertThat(total()).isEqualTo(FLOOD + 1);
    assertThat(written).containsKey(key(party("b"), "ok", "192.0.2.1"));
    assertThat(written).hasSize(UsageLog.CREDENTIAL_ROWS_MAX + 2);
    Usage.Key rest =
        new Usage.Key(
            party("a").anywhere(), Optional.empty(), "ok", Optional.empty(), Optional.empty());
    assertThat(written.get(rest)).isEqualTo(FLOOD - UsageLog.CREDENTIAL_ROWS_MAX);
    assertThat(log.pooled()).isEqualTo(FLOOD - UsageLog.CREDENTIAL_ROWS_MAX);
  }

  /** What cannot be told apart is never counted for an organization that it did not concern. */
  @Test
  void whatIsCountedTogetherStaysWithItsOrganization() {
    for (int i = 0; i < 1_000; i++) {
      CredentialParty at =
          new CredentialParty(
              "a", "userToken", Optional.of("u"), Optional.of("org" + i), Optional.of("app" + i));
      log.note(key(at, "ok", "192.0.2.1"), NOW);
    }
    flushAll();
    assertThat(total()).isEqualTo(1_000);
    assertThat(written.size()).isLessThanOrEqualTo(3 * UsageLog.CREDENTIAL_ROWS_MAX);
    written.forEach((key, uses) -> {
      if (key.party().organization().isPresent()) {
        assertThat(uses).isEqualTo(1);
      }
    });
  }

  @Test
  void unknownCredentialsAndManyCredentialsAreBounded() {
    for (int i = 0; i < FLOOD; i++) {
      log.note(key(CredentialParty.UNKNOWN, "no_credential", "address " + i), NOW);
    }
    for (int i = 0; i < 2 * UsageLog.ROWS_MAX; i++) {
      log.note(key(party("credential " + i), "ok", "192.0.2.1"), NOW);
    }
    flushAll();
    flushAll();
    assertThat(total()).isEqualTo(FLOOD + 2L * UsageLog.ROWS_MAX);
    assertThat(written.size()).isLessThanOrEqualTo(UsageLog.ROWS_MAX + 2);
  }

  @Test
  void anHourLaterThereIsRoomAgain() {
    for (int i = 0; i < 2 * UsageLog.CREDENTIAL_ROWS_MAX; i++) {
      log.note(key(party("a"), "ok", "address " + i), NOW);
    }
    log.note(key(party("a"), "ok", "later"), NOW.plusSeconds(3600));
    log.note(key(party("a"), "ok", "set back"), NOW);
    flushAll();
    assertThat(written).containsKey(key(party("a"), "ok", "later"));
    assertThat(total()).isEqualTo(2L * UsageLog.CREDENTIAL_ROWS_MAX + 2);
  }

  @Test
  void whatCannotBeWrittenIsKept() {
    for (int i = 0; i < 700; i++) {
      log.note(key(party("credential " + i), "ok", "192.0.2.1"), NOW);
    }
    List<Integer> batches = new ArrayList<>();
    assertThatThrownBy(() ->
            log.flush(usages -> {
              batches.add(usages.size());
              if (batches.size() == 2) {
                throw new IllegalStateException("full");
              }
              write(usages);
            }))
        .isInstanceOf(IllegalStateException.class);
    log.flush(this::write);
    assertThat(total()).isEqualTo(700);
  }

  /** Counting and writing at the same time, over the end of an hour, loses nothing. */
  @Test
  void nothingIsLostBetweenThreads() throws Exception {
    int threads = 4;
    int each = 20_000;
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> running = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        running.add(
            executor.submit(() -> {
              for (int i = 0; i < each; i++) {
                log.note(
                    key(party("credential " + i % 7), "ok", "address " + i % 5),
                    NOW.plusSeconds(i / 10));
              }
            }));
      }
      LongSupplier left = () -> running.stream().filter(future -> !future.isDone()).count();
      while (left.getAsLong() > 0) {
        log.flush(this::write);
      }
      for (var future : running) {
        future.get();
      }
    }
    flushAll();
    assertThat(total()).isEqualTo((long) threads * each);
  }

  @Test
  void refusalsOfOneOwnerDoNotPushOutThoseOfOthers() {
    RefusalLog refusals = new RefusalLog();
    for (int i = 0; i < FLOOD; i++) {
      refusals.add(refusal("a" + i, "eve"));
    }
    refusals.add(refusal("b", "ada"));
    assertThat(refusals.find("b")).isPresent();
    assertThat(refusals.find("a0")).isPresent();
    assertThat(refusals.find("a" + RefusalLog.OWNER_MAX)).isEmpty();
    List<Refusal> all = new ArrayList<>();
    refusals.flush(all::addAll);
    assertThat(all).hasSize(RefusalLog.OWNER_MAX + 1);
    assertThat(refusals.find("b")).isEmpty();
    for (int i = 0; i < 2 * RefusalLog.PENDING_MAX; i++) {
      refusals.add(refusal("c" + i, "owner " + i));
    }
    all.clear();
    refusals.flush(all::addAll);
    assertThat(all).hasSize(RefusalLog.PENDING_MAX);
  }

  private static Refusal refusal(String id, String owner) {
    return new Refusal(
        id,
        NOW,
        new CredentialParty(
            "t", "userToken", Optional.of(owner), Optional.empty(), Optional.empty()),
        "me.get",
        403,
        "scope_missing",
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
