package io.claviger.server.background;

import io.claviger.store.StoreUnavailable;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for work that nobody waits for, one piece after the other. Nothing that happens in a
 * piece ends the thread: what fails stands in the log, and what comes back is tried again when its
 * time has come.
 */
public final class Background implements AutoCloseable {
  private static final long CLOSE_SECONDS = 5;

  private static final Logger LOG = LoggerFactory.getLogger(Background.class);

  private final ScheduledThreadPoolExecutor executor;

  /**
   * Begins with nothing to do.
   *
   * @param name of the thread
   */
  public Background(String name) {
    executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(name).daemon().factory());
  }

  /**
   * Does a piece of work again and again.
   *
   * @param first how long from now until the first time
   * @param pause how long from the end of one time until the next
   * @param failure what it means when it fails, as the log will say it
   */
  public void every(Duration first, Duration pause, String failure, Runnable work) {
    var _ =
        executor.scheduleWithFixedDelay(
            () -> run(failure, work), first.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The same, with as long before the first time as between two. */
  public void every(Duration pause, String failure, Runnable work) {
    every(pause, pause, failure, work);
  }

  /**
   * Does a piece of work as soon as what was asked for before is done; not at all once this is
   * closed.
   */
  public void once(String failure, Runnable work) {
    try {
      executor.execute(() -> run(failure, work));
    } catch (RejectedExecutionException e) {
      LOG.debug("too late, it is closed", e);
    }
  }

  /** Whether it is closed: long work should end with what it has done. */
  public boolean closed() {
    return executor.isShutdown();
  }

  // An Error, too, would end what comes back, and nobody would be told.
  private void run(String failure, Runnable work) {
    try {
      work.run();
    } catch (StoreUnavailable e) {
      if (!closed()) {
        LOG.warn("{}: {}", failure, e.getMessage());
      }
    } catch (RuntimeException | Error e) {
      LOG.error(failure, e);
    }
  }

  /** Lets a piece that has begun come to its end, for some seconds; nothing else begins. */
  @Override
  public void close() {
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException _) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
