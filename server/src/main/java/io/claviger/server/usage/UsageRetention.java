package io.claviger.server.usage;

import io.claviger.store.usage.UsagePruning;
import io.claviger.store.usage.UsagePruning.Table;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Removes uses and refusals that are too old, and the oldest of too many. Every node does it now
 * and then; that several do it at once does no harm.
 */
public final class UsageRetention implements Runnable {
  /** Refusals are looked up soon after they happen. */
  static final long REFUSALS_MAX = 50_000;

  /** Rows for which other writes wait, some milliseconds. */
  private static final int BATCH = 500;

  /** Bounds one run; the next goes on. */
  private static final int BATCHES_MAX = 400;

  /** After every use. */
  private static final Instant END = Instant.ofEpochMilli(Long.MAX_VALUE);

  private final UsagePruning pruning;
  private final Duration kept;
  private final long rowsMax;
  private final InstantSource clock;

  /**
   * Keeps the tables small.
   *
   * @param kept how long
   * @param rowsMax rows of counted uses
   */
  public UsageRetention(UsagePruning pruning, Duration kept, long rowsMax, InstantSource clock) {
    this.pruning = pruning;
    this.kept = kept;
    this.rowsMax = rowsMax;
    this.clock = clock;
  }

  @Override
  public void run() {
    prune(Table.USAGE, rowsMax);
    prune(Table.REFUSALS, REFUSALS_MAX);
  }

  private void prune(Table table, long most) {
    Instant now = clock.instant();
    int batches = 0;
    while (batches < BATCHES_MAX && pruning.removeBefore(table, now.minus(kept), BATCH) == BATCH) {
      batches++;
    }
    long excess = pruning.count(table) - most;
    while (batches < BATCHES_MAX && excess > 0) {
      excess -= pruning.removeBefore(table, END, (int) Math.min(BATCH, excess));
      batches++;
    }
  }
}
