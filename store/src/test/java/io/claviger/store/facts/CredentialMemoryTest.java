package io.claviger.store.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.Validity;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.ActionSet;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import io.claviger.store.facts.StoredCredential.OfUser;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CredentialMemoryTest {
  private static final Grant GRANT =
      new Grant(new ScopeNames(List.of("all.User")), ActionSet.none());
  private static final Instant MADE = Instant.parse("2026-01-01T00:00:00Z");

  private static CredentialRef ref(int number) {
    return new CredentialRef(TokenKind.USER, "%024x".formatted(number));
  }

  private static Digest digest(int number) {
    return Digest.of("secret " + number);
  }

  private static StoredCredential credential(int number, Validity validity) {
    return new OfUser(
        new UserCredential(
            UserCredential.Kind.API_TOKEN,
            new ApiTokenId(ref(number).id()),
            new UserId("0123456789abcdef01234567"),
            MADE,
            validity,
            GRANT,
            RoleCap.UNCAPPED));
  }

  private static Validity numbered(int version) {
    return new Validity(CredentialStatus.ACTIVE, Optional.of(MADE.plusSeconds(version)));
  }

  private static int version(Optional<StoredCredential> found) {
    if (!(found.orElseThrow() instanceof OfUser(UserCredential credential))) {
      throw new AssertionError("of a user");
    }
    return (int)
        (credential.validity().expiresAt().orElseThrow().getEpochSecond() - MADE.getEpochSecond());
  }

  @Test
  void whatWasReadBeforeAChangeIsNotFoundOnceTheChangeIsTold() throws Exception {
    CredentialMemory memory = new CredentialMemory();
    int many = 8;
    AtomicIntegerArray tables = new AtomicIntegerArray(many);
    AtomicIntegerArray told = new AtomicIntegerArray(many);
    AtomicBoolean done = new AtomicBoolean();
    Callable<Integer> reader =
        () -> {
          int stale = 0;
          int turn = 0;
          while (!done.get()) {
            for (int i = 0; i < many; i++) {
              int number = i;
              int atLeast = told.get(number);
              // Every other reads by name, as for a session that the credential vouches for.
              int seen =
                  version(
                      turn++ % 2 == 0
                          ? memory.get(
                              digest(number),
                              () -> Optional.of(ref(number)),
                              _ -> Optional.of(credential(number, numbered(tables.get(number)))))
                          : memory.get(
                              ref(number),
                              _ -> Optional.of(credential(number, numbered(tables.get(number))))));
              stale += seen < atLeast ? 1 : 0;
            }
          }
          return stale;
        };
    try (ExecutorService readers = Executors.newFixedThreadPool(3)) {
      List<Future<Integer>> stale =
          List.of(readers.submit(reader), readers.submit(reader), readers.submit(reader));
      for (int step = 1; step <= 20_000; step++) {
        int number = step % many;
        tables.set(number, step);
        memory.forget(ref(number).id());
        told.set(number, step);
      }
      done.set(true);
      for (Future<Integer> count : stale) {
        assertThat(count.get()).isZero();
      }
    }
  }

  @Test
  void aKnownCredentialIsReadOnceUntilItIsForgotten() {
    CredentialMemory memory = new CredentialMemory();
    List<String> reads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      memory.get(digest(1), () -> Optional.of(ref(1)), loaded(reads));
      memory.get(ref(1), loaded(reads));
    }
    assertThat(reads).hasSize(1);

    memory.forget(ref(1).id());

    memory.get(ref(1), loaded(reads));
    memory.get(digest(1), () -> Optional.of(ref(1)), loaded(reads));
    assertThat(reads).hasSize(2);
  }

  private static Function<CredentialRef, Optional<StoredCredential>> loaded(List<String> reads) {
    return ref -> {
      reads.add(ref.id());
      return Optional.of(credential(1, Validity.UNLIMITED));
    };
  }

  @Test
  void whatHasRunOutIsDropped() {
    CredentialMemory memory = new CredentialMemory();
    AtomicLong reads = new AtomicLong();
    for (int i = 0; i < 2; i++) {
      int number = i;
      memory.get(
          digest(number),
          () -> Optional.of(ref(number)),
          _ -> Optional.of(credential(number, numbered(number * 100))));
    }

    memory.sweep(MADE.plusSeconds(50));

    for (int i = 0; i < 2; i++) {
      int number = i;
      memory.get(
          digest(number),
          () -> Optional.of(ref(number)),
          _ -> {
            reads.incrementAndGet();
            return Optional.of(credential(number, Validity.UNLIMITED));
          });
    }
    assertThat(reads).hasValue(1);
  }

  @Test
  void thatThereIsNoneIsNotRemembered() {
    CredentialMemory memory = new CredentialMemory();
    assertThat(memory.get(digest(1), () -> Optional.of(ref(1)), _ -> Optional.empty())).isEmpty();
    assertThat(
            memory.get(
                digest(1),
                () -> Optional.of(ref(1)),
                _ -> Optional.of(credential(1, Validity.UNLIMITED))))
        .isPresent();
  }
}
