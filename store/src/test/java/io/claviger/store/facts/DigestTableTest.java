package io.claviger.store.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.Validity;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.ActionSet;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.store.facts.StoredCredential.OfApplication;
import io.claviger.store.facts.StoredCredential.OfUser;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DigestTableTest {
  private static final Grant NOTHING =
      new Grant(new ScopeNames(List.of("all.User")), ActionSet.none());

  /** Digests that all begin alike, so that they want the same slots. */
  private static Digest crowded(int number) {
    byte[] bytes = new byte[Digest.BYTES];
    bytes[3] = (byte) (number % 3);
    bytes[30] = (byte) (number >> 8);
    bytes[31] = (byte) number;
    return Digest.ofBytes(bytes);
  }

  /** Of a user or of an application: the table keeps them in different forms. */
  private static StoredCredential credential(int number) {
    ApiTokenId id = new ApiTokenId("%024x".formatted(number));
    return number % 3 == 0
        ? new OfApplication(
            new ApplicationToken(
                id,
                new ApplicationId("0123456789abcdef01234567"),
                Validity.UNLIMITED,
                NOTHING,
                Role.EDIT))
        : new OfUser(
            new UserCredential(
                UserCredential.Kind.API_TOKEN,
                id,
                new UserId("%024x".formatted(number % 5)),
                Instant.ofEpochSecond(number),
                new Validity(
                    CredentialStatus.ACTIVE, Optional.of(Instant.ofEpochSecond(number + 1))),
                NOTHING,
                RoleCap.UNCAPPED));
  }

  private static int number(StoredCredential credential) {
    return Integer.parseInt(
        switch (credential) {
          case OfUser(var of) -> of.id().text();
          case OfApplication(var of) -> of.id().text();
          case StoredCredential.OfDevice(var of, var _) -> of.id().text();
        },
        16);
  }

  @Test
  void anyOrderOfAddingAndRemovingAnswersLikeAMap() {
    for (long seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      DigestTable table = new DigestTable();
      Map<Digest, StoredCredential> model = new HashMap<>();
      for (int step = 0; step < 2_000; step++) {
        int number = random.nextInt(300);
        Digest digest = seed % 2 == 0 ? crowded(number) : Digest.of("secret " + number);
        if (model.containsKey(digest)) {
          table.remove(digest);
          model.remove(digest);
        } else if (random.nextInt(5) == 0) {
          table.remove(digest);
        } else {
          // With other terms than the time before.
          StoredCredential added = credential(step);
          table.add(digest, added);
          model.put(digest, added);
        }
        assertThat(table.get(digest))
            .as("seed %d step %d", seed, step)
            .isEqualTo(model.get(digest));
      }
      model.forEach((digest, kept) -> assertThat(table.get(digest)).isEqualTo(kept));
    }
  }

  @Test
  void whatStaysIsFoundAtEveryMomentWhileOthersComeAndGo() throws Exception {
    DigestTable table = new DigestTable();
    Map<Digest, StoredCredential> stable = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      stable.put(Digest.of("stable " + i), credential(i));
    }
    stable.forEach(table::add);
    AtomicBoolean done = new AtomicBoolean();
    Callable<Integer> reader =
        () -> {
          int missed = 0;
          while (!done.get()) {
            for (Map.Entry<Digest, StoredCredential> kept : stable.entrySet()) {
              if (!kept.getValue().equals(table.get(kept.getKey()))) {
                missed++;
              }
            }
          }
          return missed;
        };
    try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> missed = List.of(readers.submit(reader), readers.submit(reader));
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 3_000; i++) {
          table.add(Digest.of("passing " + i), credential(i));
        }
        for (int i = 0; i < 3_000; i++) {
          table.remove(Digest.of("passing " + i));
        }
      }
      done.set(true);
      for (Future<Integer> count : missed) {
        assertThat(count.get()).isZero();
      }
    }
  }

  @Test
  void whoeverFindsOneThatComesAndGoesFindsAllOfIt() throws Exception {
    DigestTable table = new DigestTable();
    int many = 12;
    AtomicBoolean done = new AtomicBoolean();
    Callable<Integer> reader =
        () -> {
          int mixed = 0;
          while (!done.get()) {
            for (int i = 0; i < many; i++) {
              StoredCredential found = table.get(crowded(i));
              mixed += found == null || found.equals(credential(number(found))) ? 0 : 1;
            }
          }
          return mixed;
        };
    try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> mixed = List.of(readers.submit(reader), readers.submit(reader));
      Random random = new Random(5);
      boolean[] there = new boolean[many];
      for (int step = 0; step < 200_000; step++) {
        int number = random.nextInt(many);
        if (there[number]) {
          table.remove(crowded(number));
        } else {
          table.add(crowded(number), credential(step));
        }
        there[number] = !there[number];
      }
      done.set(true);
      for (Future<Integer> count : mixed) {
        assertThat(count.get()).isZero();
      }
    }
  }

  @Test
  void oneThatComesAndGoesOftenAmongManyIsFound() {
    DigestTable table = new DigestTable();
    for (int i = 0; i < 50_000; i++) {
      table.add(Digest.of("stable " + i), credential(i));
    }
    Digest passing = Digest.of("passing");
    // If each took a place of its own, it would pass all before it: a thousand million steps.
    for (int i = 0; i < 50_000; i++) {
      table.add(passing, credential(i));
      table.remove(passing);
    }
    assertThat(table.get(passing)).isNull();
    table.add(passing, credential(1));
    assertThat(table.get(passing)).isEqualTo(credential(1));
    assertThat(table.get(Digest.of("stable 49999"))).isEqualTo(credential(49_999));
  }
}
