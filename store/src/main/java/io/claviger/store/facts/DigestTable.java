package io.claviger.store.facts;

import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Credentials by the digest of their secret, found without a lock. A hash table whose slots are the
 * entries themselves: among a million of them each further place in memory on the way to one costs
 * more than everything that is computed, and a map of general use has two more.
 *
 * <p>Reading may miss an entry that is being added and may find one that is being removed: whoever
 * removes one makes it useless first.
 */
final class DigestTable {
  private static final int SMALLEST = 64;

  /** Stands where an entry was: what was added behind it must still be found. */
  private static final CredentialEntry REMOVED =
      new CredentialEntry(new CredentialRef(TokenKind.SESSION, ""));

  // The length is a power of two and at least twice the number of slots taken.
  private volatile AtomicReferenceArray<@Nullable CredentialEntry> slots =
      new AtomicReferenceArray<>(SMALLEST);
  private int taken;

  /** The entry with this digest; null when there is none. */
  @Nullable CredentialEntry get(Digest digest) {
    AtomicReferenceArray<@Nullable CredentialEntry> now = slots;
    int mask = now.length() - 1;
    int slot = digest.hashCode() & mask;
    while (true) {
      CredentialEntry entry = now.getAcquire(slot);
      if (entry == null) {
        return null;
      }
      if (entry.has(digest)) {
        return entry;
      }
      slot = (slot + 1) & mask;
    }
  }

  /**
   * Adds an entry whose digest is not in the table, or does nothing when it is there itself.
   *
   * @throws IllegalArgumentException when it has no digest
   */
  synchronized void add(CredentialEntry entry) {
    if (!entry.presented()) {
      throw new IllegalArgumentException("an entry without a digest");
    }
    if (contains(entry)) {
      return;
    }
    if ((taken + 1) * 2 > slots.length()) {
      rebuild();
    }
    place(slots, entry);
    taken++;
  }

  private boolean contains(CredentialEntry entry) {
    int mask = slots.length() - 1;
    int slot = entry.digestHash() & mask;
    CredentialEntry found = slots.get(slot);
    while (found != null && found != entry) {
      slot = (slot + 1) & mask;
      found = slots.get(slot);
    }
    return found == entry;
  }

  /** Removes the entry, if it is there. */
  synchronized void remove(CredentialEntry entry) {
    AtomicReferenceArray<@Nullable CredentialEntry> now = slots;
    int mask = now.length() - 1;
    int slot = entry.digestHash() & mask;
    for (CredentialEntry found = now.get(slot); found != null; found = now.get(slot)) {
      if (found == entry) {
        now.set(slot, REMOVED);
        return;
      }
      slot = (slot + 1) & mask;
    }
  }

  /** A table without the removed ones, at most a quarter full. */
  private void rebuild() {
    AtomicReferenceArray<@Nullable CredentialEntry> old = slots;
    int live = 0;
    for (int i = 0; i < old.length(); i++) {
      CredentialEntry entry = old.get(i);
      if (entry != null && entry != REMOVED) {
        live++;
      }
    }
    int length = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, live)) * 8);
    AtomicReferenceArray<@Nullable CredentialEntry> grown = new AtomicReferenceArray<>(length);
    for (int i = 0; i < old.length(); i++) {
      CredentialEntry entry = old.get(i);
      if (entry != null && entry != REMOVED) {
        place(grown, entry);
      }
    }
    taken = live;
    slots = grown;
  }

  private static void place(
      AtomicReferenceArray<@Nullable CredentialEntry> table, CredentialEntry entry) {
    int mask = table.length() - 1;
    int slot = entry.digestHash() & mask;
    while (table.get(slot) != null) {
      slot = (slot + 1) & mask;
    }
    table.setRelease(slot, entry);
  }
}
