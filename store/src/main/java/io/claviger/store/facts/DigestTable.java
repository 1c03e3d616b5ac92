package io.claviger.store.facts;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.Validity;
import io.claviger.core.secret.Digest;
import io.claviger.store.facts.StoredCredential.OfUser;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Credentials by the digest of their secret, found without a lock.
 *
 * <p>Among a million of them each step from one place in memory to the next costs more than half of
 * all that is computed for a decision. So none leads to the next: the parts of a credential stand
 * at the same number of several arrays, which the processor reads at once. The terms are shared by
 * all that were made alike, and which one it is nobody looks into to decide.
 *
 * <p>Reading may miss what is being added and may find what is being removed. A slot belongs to one
 * digest for ever, and whoever reads one looks whether it was the same after reading as before:
 * what is found belongs together.
 */
final class DigestTable {
  private static final int SMALLEST = 64;
  private static final int WORDS = 4;

  private static final VarHandle HELD = MethodHandles.arrayElementVarHandle(Object[].class);

  /** Stands where something was: what was added behind it must still be found. */
  private enum Removed {
    REMOVED
  }

  /** Places for a power of two of credentials. */
  private static final class Slots {
    /** Four words for each slot. */
    final long[] digests;

    /** Terms, or a credential that is not a user's; null in a slot that was never taken. */
    final @Nullable Object[] held;

    // These two where there are terms.
    final Validity[] validities;
    final UserCredential.Issue[] issues;

    Slots(int length) {
      digests = new long[length * WORDS];
      held = new Object[length];
      validities = new Validity[length];
      issues = new UserCredential.Issue[length];
    }

    int mask() {
      return held.length - 1;
    }

    boolean has(int slot, Digest digest) {
      int word = slot * WORDS;
      return digest.hasWords(
          digests[word], digests[word + 1], digests[word + 2], digests[word + 3]);
    }

    /** The slot of a digest, or the one that it may take. */
    int find(Digest digest) {
      int slot = digest.hashCode() & mask();
      while (held[slot] != null && !has(slot, digest)) {
        slot = (slot + 1) & mask();
      }
      return slot;
    }

    /** The slot that a digest with this hash may take. */
    int free(int hash) {
      int slot = hash & mask();
      while (held[slot] != null) {
        slot = (slot + 1) & mask();
      }
      return slot;
    }

    boolean live(int slot) {
      return held[slot] != null && held[slot] != Removed.REMOVED;
    }
  }

  // Twice as long as the number of slots taken, or longer.
  private volatile Slots slots = new Slots(SMALLEST);
  private int taken;

  /** The credential with this digest; null when there is none. */
  @SuppressWarnings("ReferenceEquality") // The very same, not one like it.
  @Nullable StoredCredential get(Digest digest) {
    Slots now = slots;
    int mask = now.mask();
    int slot = digest.hashCode() & mask;
    while (true) {
      Object held = HELD.getAcquire(now.held, slot);
      if (held == null) {
        return null;
      }
      if (!now.has(slot, digest)) {
        slot = (slot + 1) & mask;
        continue;
      }
      if (held == Removed.REMOVED) {
        return null;
      }
      if (!(held instanceof UserCredential.Terms terms)) {
        return (StoredCredential) held;
      }
      var credential = new UserCredential(now.issues[slot], now.validities[slot], terms);
      VarHandle.acquireFence();
      if (now.held[slot] == held) {
        return new OfUser(credential);
      }
    }
  }

  /** Adds a credential whose digest is not in the table. */
  synchronized void add(Digest digest, StoredCredential credential) {
    if ((taken + 1) * 2 > slots.held.length) {
      rebuild();
    }
    int slot = slots.find(digest);
    if (slots.held[slot] == null) {
      taken++;
      for (int i = 0; i < WORDS; i++) {
        slots.digests[slot * WORDS + i] = digest.word(i);
      }
    }
    Object held = credential;
    if (credential instanceof OfUser(UserCredential(var issue, var validity, var terms))) {
      slots.issues[slot] = issue;
      slots.validities[slot] = validity;
      held = terms;
    }
    // Last: who sees it sees the rest.
    HELD.setRelease(slots.held, slot, held);
  }

  /** Removes what is there with this digest. */
  synchronized void remove(Digest digest) {
    int slot = slots.find(digest);
    if (slots.held[slot] != null) {
      HELD.setVolatile(slots.held, slot, Removed.REMOVED);
    }
  }

  /** A table without the removed ones, at most three eighths full. */
  private void rebuild() {
    Slots old = slots;
    int live = 0;
    for (int slot = 0; slot < old.held.length; slot++) {
      live += old.live(slot) ? 1 : 0;
    }
    Slots grown = new Slots(Math.max(SMALLEST, Integer.highestOneBit(live * 8 / 3) * 2));
    for (int slot = 0; slot < old.held.length; slot++) {
      if (old.live(slot)) {
        int place = grown.free((int) (old.digests[slot * WORDS] >>> Integer.SIZE));
        System.arraycopy(old.digests, slot * WORDS, grown.digests, place * WORDS, WORDS);
        grown.issues[place] = old.issues[slot];
        grown.validities[place] = old.validities[slot];
        grown.held[place] = old.held[slot];
      }
    }
    taken = live;
    slots = grown;
  }
}
