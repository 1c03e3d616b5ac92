package io.claviger.store.state;

/**
 * Moments from one to another, both included, in milliseconds since 1970. Nothing is in a range
 * that ends before it begins.
 */
public record TimeRange(long startMillis, long endMillis) {
  /** All that there is. */
  public static final TimeRange EVER = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);
}
