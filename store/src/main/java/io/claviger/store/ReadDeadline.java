package io.claviger.store;

import java.time.Duration;
import org.sqlite.ProgressHandler;

/**
 * Ends what a connection to SQLite is reading when its time is over. Asked by the statement itself
 * every now and then, so it can never end another statement than the one that takes too long.
 */
final class ReadDeadline extends ProgressHandler {
  /**
   * Steps of the virtual machine between two looks at the clock; most take some ten nanoseconds.
   */
  static final int STEPS = 2_000;

  private final long limitNanos;
  private volatile long begunNanos = System.nanoTime();

  /**
   * Of one connection.
   *
   * @param limit for all statements from one {@link #begin} to the next
   */
  ReadDeadline(Duration limit) {
    this.limitNanos = limit.toNanos();
  }

  /** The time runs from now on. */
  void begin() {
    begunNanos = System.nanoTime();
  }

  @Override
  protected int progress() {
    return System.nanoTime() - begunNanos > limitNanos ? 1 : 0;
  }
}
