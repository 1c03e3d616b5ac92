package io.claviger.server.state;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.store.Database;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.state.CommandJobs;
import io.claviger.store.state.CommandJobs.Step;
import io.claviger.store.state.Deposit;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps and passes on the commands that were accepted for many devices (STA-10), in the background
 * and in small transactions, so that other writes pass between them. What is left over, also by a
 * node that has died, is found within seconds by any node.
 */
final class CommandQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CommandQueue.class);

  /** Between two looks for what others have left. */
  private static final int LOOK_SECONDS = 5;

  /** Commands of one transaction, fewer when they are long. */
  private static final int WEIGHT = 1_000;

  private static final int UNIT = 256;

  private final Database database;
  private final CommandJobs jobs;
  private final ObjectIdSource ids;
  private final Consumer<Deposit.Command> passOn;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("command-queue").daemon().factory());

  /**
   * Begins to look for work.
   *
   * @param passOn is told of every command that has been kept; it must not block
   */
  CommandQueue(
      Database database, CommandJobs jobs, ObjectIdSource ids, Consumer<Deposit.Command> passOn) {
    this.database = database;
    this.jobs = jobs;
    this.ids = ids;
    this.passOn = passOn;
    var _ = worker.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  /** There is work. */
  void begin() {
    worker.execute(this::look);
  }

  private void look() {
    try {
      if (jobs.any()) {
        work();
      }
    } catch (StoreUnavailable e) {
      if (!worker.isShutdown()) {
        LOG.warn("commands for many devices have to wait", e);
      }
    } catch (RuntimeException e) {
      LOG.error("commands for many devices could not be kept", e);
    }
  }

  private void work() {
    Step step;
    do {
      step = database.write(transaction -> jobs.step(transaction, WEIGHT, UNIT, ids));
      step.kept().forEach(passOn);
    } while (step.more() && !worker.isShutdown());
  }

  /** Ends after the step in progress; the rest is done after the next start, or by another node. */
  @Override
  public void close() {
    worker.shutdown();
    try {
      if (!worker.awaitTermination(LOOK_SECONDS, TimeUnit.SECONDS)) {
        worker.shutdownNow();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
