package io.claviger.store.state;

import io.claviger.core.id.DeviceId;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import java.util.List;

/** Reads the commands that devices were sent. */
public final class CommandStore {
  private final Database database;

  public CommandStore(Database database) {
    this.database = database;
  }

  /**
   * The commands of a device by time, those of one moment in the order of their arrival.
   *
   * @throws TooMuchData when they do not fit into one answer
   */
  public List<Deposit.Command> commands(DeviceId device, Slice slice) {
    Budget budget = new Budget();
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT time, id, name, payload FROM device_command"
                    + " WHERE device_id = :device AND time >= :start AND time <= :end ORDER BY time "
                    + slice.order()
                    + ", id "
                    + slice.order()
                    + " LIMIT :limit")
            .bind("device", device.text())
            .bind("start", slice.range().startMillis())
            .bind("end", slice.range().endMillis())
            .bind("limit", slice.limit())
            .map((row, _) -> {
              Deposit.Command command =
                  new Deposit.Command(
                      device,
                      SqlTypes.instant(row, "time"),
                      row.getString("id"),
                      row.getString("name"),
                      SqlTypes.optionalText(row, "payload"));
              budget.spend(command.payload().map(String::length).orElse(0));
              return command;
            })
            .list());
  }
}
