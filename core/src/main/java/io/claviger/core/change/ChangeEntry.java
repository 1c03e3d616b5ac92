package io.claviger.core.change;

import java.time.Instant;

/**
 * A change at its place in the log. Made by {@link HashChain#next} or read back from a store.
 *
 * @param sequence its place: 1 for the first, without gaps
 * @param time when it was recorded, to the millisecond
 * @param change what was done
 * @param previousHash the hash of the entry before, or of the genesis
 * @param hash over all the fields above
 */
public record ChangeEntry(
    long sequence, Instant time, Change change, ChainHash previousHash, ChainHash hash) {

  /** The end of a chain whose last entry is this one. */
  public ChainHead head() {
    return new ChainHead(sequence, hash);
  }
}
