package io.claviger.server.state;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.server.background.Background;
import io.claviger.store.Database;
import io.claviger.store.state.CommandJobs;
import io.claviger.store.state.CommandJobs.Step;
import io.claviger.store.state.Deposit;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Keeps and passes on the commands that were accepted for many devices (STA-10), in the background
 * and in small transactions, so that other writes pass between them. What is left over, also by a
 * node that has died, is found within seconds by any node.
 */
final class CommandQueue implements AutoCloseable {
  /** Between two looks for what others have left. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private static final String FAILURE = "commands for many devices have to wait";

  private final Database database;
  private final CommandJobs jobs;
  private final ObjectIdSource ids;
  private final Consumer<Deposit.Command> passOn;
  private final Background worker = new Background("command-queue");

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
    worker.every(Duration.ZERO, LOOK, FAILURE, this::look);
  }

  /** There is work. */
  void begin() {
    worker.once(FAILURE, this::look);
  }

  private void look() {
    if (!jobs.any()) {
      return;
    }
    Step step;
    do {
      step =
          database.write(transaction ->
              jobs.step(transaction, DeviceInbox.BATCH_WEIGHT, DeviceInbox.TEXT, ids));
      step.kept().forEach(passOn);
    } while (step.more() && !worker.closed());
  }

  /** Ends after the step in progress; the rest is done after the next start, or by another node. */
  @Override
  public void close() {
    worker.close();
  }
}
