package io.claviger.core.change;

/** What a check of a chain found. */
public sealed interface Verification {
  /**
   * Every entry is at its place and unchanged.
   *
   * @param count how many entries there are
   * @param head the end of the chain; compare it with a copy kept elsewhere, since a chain that was
   *     cut short or computed anew from the start is intact in itself
   */
  record Intact(long count, ChainHead head) implements Verification {}

  /**
   * The chain does not hold.
   *
   * @param sequence the first place where the entry is missing, foreign or altered; every entry
   *     before it is intact
   * @param reason one clause for an administrator
   */
  record Broken(long sequence, String reason) implements Verification {}
}
