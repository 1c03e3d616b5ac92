package io.claviger.server.changelog;

import io.claviger.store.retention.ChangeLogPruning;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is too old from the change log (AUD-1), some entries at a time so that other writes
 * pass between. Every node does it now and then; that several do it at once does no harm. Without a
 * key that can sign where the log begins nothing is removed: nobody could tell that from a forgery.
 */
public final class ChangeLogRetention implements Runnable {
  /** Entries for which other writes wait, some milliseconds. */
  private static final int BATCH = 200;

  /** Bounds one run; the next goes on. */
  private static final int BATCHES_MAX = 100;

  private static final Logger LOG = LoggerFactory.getLogger(ChangeLogRetention.class);

  private final ChangeLogPruning pruning;
  private final Supplier<Optional<InstallationSigner>> signer;
  private final Duration kept;
  private final InstantSource clock;
  private final Counter removed;
  private final Gauge oldest;
  private boolean warned;

  /**
   * Keeps the log as long as it is to be kept.
   *
   * @param signer says where the log begins
   * @param kept how long; zero for ever
   * @param registry gets {@code claviger_change_log_removed_total} and {@code
   *     claviger_change_log_oldest_seconds}
   */
  public ChangeLogRetention(
      ChangeLogPruning pruning,
      Supplier<Optional<InstallationSigner>> signer,
      Duration kept,
      InstantSource clock,
      PrometheusRegistry registry) {
    this.pruning = pruning;
    this.signer = signer;
    this.kept = kept;
    this.clock = clock;
    this.removed =
        Counter.builder()
            .name("claviger_change_log_removed_total")
            .help("Entries of the change log that this node has removed because of their age.")
            .register(registry);
    this.oldest =
        Gauge.builder()
            .name("claviger_change_log_oldest_seconds")
            .help("When the oldest entry that is kept was written, in seconds since 1970.")
            .register(registry);
  }

  @Override
  public void run() {
    if (!kept.isZero()) {
      prune(clock.instant().minus(kept));
    }
    pruning.oldest().ifPresent(time -> oldest.set(time.toEpochMilli() / 1e3));
  }

  private void prune(Instant before) {
    if (!pruning.hasBefore(before)) {
      return;
    }
    Optional<InstallationSigner> signing = signer.get();
    if (signing.isEmpty()) {
      warnOnce();
      return;
    }
    for (int batches = 0; batches < BATCHES_MAX; batches++) {
      int count = pruning.removeBefore(before, BATCH, signing.get());
      removed.inc(count);
      if (count < BATCH) {
        return;
      }
    }
  }

  private void warnOnce() {
    if (!warned) {
      warned = true;
      LOG.warn(
          "old entries of the change log are kept: without CLAVIGER_SECRET_KEY nothing can sign"
              + " where the log begins");
    }
  }
}
