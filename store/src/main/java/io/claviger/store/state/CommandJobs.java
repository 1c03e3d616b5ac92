package io.claviger.store.state;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.state.Deposit.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Commands for so many devices that nobody waits for all of them (STA-10). Whom a command is for is
 * settled when it is accepted and outlives the process; each device is struck out in the
 * transaction that keeps its command, so it gets it once, whichever node does the work.
 */
public final class CommandJobs {
  private final Database database;
  private final DeviceStore devices;
  private final DepositStore deposits;

  /**
   * Works on a database.
   *
   * @param deposits writes the commands
   */
  public CommandJobs(Database database, DepositStore deposits) {
    this.database = database;
    this.devices = new DeviceStore(database);
    this.deposits = deposits;
  }

  /**
   * A command without an addressee.
   *
   * @param payload as JSON
   */
  public record Order(Instant time, String name, Optional<String> payload) {
    /** The command for a device. */
    public Deposit.Command to(DeviceId device, String id) {
      return new Deposit.Command(device, time, id, name, payload);
    }
  }

  /**
   * Accepts a command for the devices that are in one of some sets at this moment.
   *
   * @param job a name, free
   * @return for how many devices
   */
  public long accept(
      Transaction transaction,
      String job,
      ApplicationId application,
      List<DeviceSet> sets,
      Order order) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO command_job (id, application_id, time, name, payload)"
                + " VALUES (:id, :application, :time, :name, :payload)")
        .bind("id", job)
        .bind("application", application.text())
        .bind("time", order.time())
        .bind("name", order.name())
        .bind("payload", order.payload().orElse(null))
        .execute();
    long accepted = 0;
    for (DeviceSet set : sets) {
      accepted +=
          devices.insertOfEach(
              transaction,
              "INSERT INTO command_job_device (job, device_id) SELECT CAST(:job AS TEXT), d.id",
              Map.of("job", job),
              set);
    }
    return accepted;
  }

  /** Whether there is work. */
  public boolean any() {
    return database.read(handle -> next(handle).isPresent());
  }

  /**
   * Commands that have just been kept.
   *
   * @param more whether there is more to do
   */
  public record Step(List<Deposit.Command> kept, boolean more) {}

  /**
   * Keeps the command of the oldest job for some more devices.
   *
   * @param weight how much may be written at once; a device counts 1, and more when the command is
   *     long
   * @param unit characters of a payload that count 1
   */
  public Step step(Transaction transaction, int weight, int unit, ObjectIdSource ids) {
    Handle handle = transaction.handle();
    Optional<Job> next = next(handle);
    if (next.isEmpty()) {
      return new Step(List.of(), false);
    }
    Job job = next.get();
    int each = 1 + job.order().payload().map(String::length).orElse(0) / unit;
    int most = Math.max(1, weight / each);
    List<DeviceId> some = some(handle, job, most);
    List<Deposit.Command> commands = new ArrayList<>();
    some.forEach(device -> commands.add(job.order().to(device, ids.next())));
    List<Outcome> outcomes = deposits.write(transaction, List.copyOf(commands));
    List<Deposit.Command> kept = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      // A device that was deleted since has no use for it.
      if (outcomes.get(i) instanceof Outcome.Kept) {
        kept.add(commands.get(i));
      }
    }
    strike(handle, job, some, some.size() < most);
    return new Step(kept, true);
  }

  private record Job(String id, Order order) {}

  private static Optional<Job> next(Handle handle) {
    return handle
        .createQuery("SELECT id, time, name, payload FROM command_job ORDER BY id LIMIT 1")
        .map((row, _) ->
            new Job(
                row.getString("id"),
                new Order(
                    SqlTypes.instant(row, "time"),
                    row.getString("name"),
                    SqlTypes.optionalText(row, "payload"))))
        .findOne();
  }

  private static List<DeviceId> some(Handle handle, Job job, int most) {
    return handle
        .createQuery(
            "SELECT device_id FROM command_job_device WHERE job = :job"
                + " ORDER BY device_id LIMIT :limit")
        .bind("job", job.id())
        .bind("limit", most)
        .map((row, _) -> new DeviceId(row.getString("device_id")))
        .list();
  }

  private static void strike(Handle handle, Job job, List<DeviceId> done, boolean last) {
    if (!done.isEmpty()) {
      handle
          .createUpdate("DELETE FROM command_job_device WHERE job = :job AND device_id <= :last")
          .bind("job", job.id())
          .bind("last", done.getLast().text())
          .execute();
    }
    if (last) {
      handle
          .createUpdate("DELETE FROM command_job WHERE id = :job")
          .bind("job", job.id())
          .execute();
    }
  }
}
