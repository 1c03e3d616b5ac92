package io.claviger.core.change;

import java.util.Optional;

/** What a check of a chain found. */
public sealed interface Verification {
  /**
   * Every entry that is kept is at its place and unchanged.
   *
   * @param count how many entries were ever written, those that were removed by age included
   * @param head the end of the chain; compare it with a copy kept elsewhere, since a chain that was
   *     cut short or computed anew from the start is intact in itself
   * @param anchor behind which the chain begins; empty when nothing was removed
   */
  record Intact(long count, ChainHead head, Optional<Anchor> anchor) implements Verification {
    /** A chain from which nothing was removed. */
    public Intact(long count, ChainHead head) {
      this(count, head, Optional.empty());
    }
  }

  /**
   * The chain is intact, but an end that was noted at an earlier time cannot be looked for in it:
   * that entry was removed by age.
   *
   * @param noted what was to be found
   * @param anchor behind which the chain begins, behind what was noted too
   * @param head the end of the chain
   */
  record Removed(ChainHead noted, Anchor anchor, ChainHead head) implements Verification {}

  /**
   * The chain does not hold.
   *
   * @param sequence the first place where the entry is missing, foreign or altered; every entry
   *     that is kept before it is intact
   * @param reason one clause for an administrator
   */
  record Broken(long sequence, String reason) implements Verification {}
}
