package io.claviger.store.facts;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DigestTableTest {
  /** Digests that all begin alike, so that they want the same slots. */
  private static Digest crowded(int number) {
    byte[] bytes = new byte[Digest.BYTES];
    bytes[3] = (byte) (number % 3);
    bytes[30] = (byte) (number >> 8);
    bytes[31] = (byte) number;
    return Digest.ofBytes(bytes);
  }

  private static CredentialEntry entry(Digest digest) {
    CredentialEntry entry =
        new CredentialEntry(new CredentialRef(TokenKind.USER, "0123456789abcdef01234567"));
    entry.present(digest);
    return entry;
  }

  @Test
  void anyOrderOfAddingAndRemovingAnswersLikeAMap() {
    for (long seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      DigestTable table = new DigestTable();
      Map<Digest, CredentialEntry> model = new HashMap<>();
      for (int step = 0; step < 2_000; step++) {
        int number = random.nextInt(300);
        Digest digest = seed % 2 == 0 ? crowded(number) : Digest.of("secret " + number);
        CredentialEntry known = model.get(digest);
        if (known == null) {
          CredentialEntry added = entry(digest);
          table.add(added);
          model.put(digest, added);
        } else if (random.nextInt(3) == 0) {
          table.add(known);
        } else {
          table.remove(known);
          model.remove(digest);
        }
        assertThat(table.get(digest)).as("seed %d step %d", seed, step).isSameAs(model.get(digest));
      }
      model.forEach((digest, kept) -> assertThat(table.get(digest)).isSameAs(kept));
    }
  }

  @Test
  void anEntryThatIsNotInTheTableIsNotRemovedForAnotherOfTheSameDigest() {
    DigestTable table = new DigestTable();
    CredentialEntry kept = entry(crowded(1));
    table.add(kept);

    table.remove(entry(crowded(1)));

    assertThat(table.get(crowded(1))).isSameAs(kept);
  }

  @Test
  void whatStaysIsFoundAtEveryMomentWhileOthersComeAndGo() throws Exception {
    DigestTable table = new DigestTable();
    Map<Digest, CredentialEntry> stable = new HashMap<>();
    for (int i = 0; i < 500; i++) {
      CredentialEntry kept = entry(Digest.of("stable " + i));
      stable.put(Digest.of("stable " + i), kept);
      table.add(kept);
    }
    AtomicBoolean done = new AtomicBoolean();
    Callable<Integer> reader =
        () -> {
          int missed = 0;
          while (!done.get()) {
            for (Map.Entry<Digest, CredentialEntry> kept : stable.entrySet()) {
              if (table.get(kept.getKey()) != kept.getValue()) {
                missed++;
              }
            }
          }
          return missed;
        };
    try (ExecutorService readers = Executors.newFixedThreadPool(2)) {
      List<Future<Integer>> missed = List.of(readers.submit(reader), readers.submit(reader));
      for (int round = 0; round < 20; round++) {
        List<CredentialEntry> passing = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
          passing.add(entry(Digest.of("passing " + i)));
          table.add(passing.getLast());
        }
        passing.forEach(table::remove);
      }
      done.set(true);
      for (Future<Integer> count : missed) {
        assertThat(count.get()).isZero();
      }
    }
  }
}
