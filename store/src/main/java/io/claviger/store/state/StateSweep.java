package io.claviger.store.state;

import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.state.RemovalStore.Removal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Removes what is not to be kept: what is too old, what belongs to devices that are gone for good
 * and to attributes that were removed, and what somebody ordered to be removed. Some rows at a
 * time, so that other writes pass between. Every node may do it; two at once do no harm.
 */
public final class StateSweep {
  /** Rows of one transaction: some milliseconds. */
  private static final int STEP = 1_000;

  /** Series that are looked at with one question. */
  private static final int PAGE = 500;

  private final Database database;
  private final Duration retention;
  private final ConnectionLogSweep connections;

  public StateSweep(Database database, Duration retention) {
    this.database = database;
    this.retention = retention;
    this.connections = new ConnectionLogSweep(database, STEP);
  }

  /** Removes all there is to remove. Goes on at its beginning when it is run again. */
  public void run(long nowMillis) {
    long oldest = nowMillis - retention.toMillis();
    removeOrdered();
    sweepSeries(oldest);
    sweepCommands(oldest);
    connections.run(oldest);
  }

  /** Carries out the orders that there are; a new order need not wait for the rest. */
  public void removeOrdered() {
    List<Order> page;
    do {
      page = database.read(StateSweep::orders);
      page.forEach(this::carryOut);
    } while (page.size() == PAGE);
  }

  private record Order(String id, String device, Removal removal) {}

  private void carryOut(Order order) {
    Removal removal = order.removal();
    TimeRange range = removal.range();
    for (long series : database.read(handle -> seriesOf(handle, order))) {
      int removed;
      do {
        removed =
            database.write(transaction ->
                removePoints(
                    transaction.handle(), series, range.startMillis(), range.endMillis(), STEP));
      } while (removed == STEP);
    }
    if (removal.commands()) {
      removeCommands(order.device(), range);
    }
    if (removal.connections()) {
      connections.remove(order.device(), range);
    }
    database.run(transaction ->
        transaction
            .handle()
            .createUpdate("DELETE FROM state_removal WHERE id = :id")
            .bind("id", order.id())
            .execute());
  }

  private static List<Order> orders(Handle handle) {
    return handle
        .createQuery(
            "SELECT id, device_id, start_at, end_at, attributes, commands, connections"
                + " FROM state_removal ORDER BY id LIMIT :limit")
        .bind("limit", PAGE)
        .map((row, _) ->
            new Order(
                row.getString("id"),
                row.getString("device_id"),
                new Removal(
                    new TimeRange(row.getLong("start_at"), row.getLong("end_at")),
                    SqlTypes.optionalText(row, "attributes")
                        .map(names -> Set.copyOf(JsonColumn.texts(names))),
                    SqlTypes.flag(row, "commands"),
                    SqlTypes.flag(row, "connections"))))
        .list();
  }

  private static List<Long> seriesOf(Handle handle, Order order) {
    return handle
        .createQuery(
            "SELECT id, attribute FROM state_series WHERE device_id = :device AND dropped = 0")
        .bind("device", order.device())
        .map((row, _) -> Map.entry(row.getLong("id"), row.getString("attribute")))
        .stream()
        .filter(series ->
            order
                .removal()
                .attributes()
                .map(names -> names.contains(series.getValue()))
                .orElse(true))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * A series and how much of it has to go.
   *
   * @param whole whether nothing of it stays
   */
  private record Due(long id, boolean whole) {}

  private record Page(long last, boolean more, List<Due> due) {}

  private void sweepSeries(long oldest) {
    Page page = new Page(0, true, List.of());
    while (page.more()) {
      long after = page.last();
      page = database.read(handle -> page(handle, after, oldest));
      List<Due> rest = page.due();
      while (!rest.isEmpty()) {
        List<Due> due = rest;
        rest = database.write(transaction -> step(transaction.handle(), due, oldest));
      }
    }
  }

  private static Page page(Handle handle, long after, long oldest) {
    List<Due> due = new ArrayList<>();
    List<Long> all =
        handle
            .createQuery(
                "SELECT s.id, s.dropped, d.id AS device, (SELECT MIN(p.time) FROM state_point p"
                    + " WHERE p.series = s.id) AS first_time FROM state_series s"
                    + " LEFT JOIN device d ON d.id = s.device_id"
                    + " WHERE s.id > :after ORDER BY s.id LIMIT :limit")
            .bind("after", after)
            .bind("limit", PAGE)
            .map((row, _) -> {
              long id = row.getLong("id");
              boolean whole = row.getInt("dropped") == 1 || row.getString("device") == null;
              long first = row.getLong("first_time");
              if (whole || (!row.wasNull() && first < oldest)) {
                due.add(new Due(id, whole));
              }
              return id;
            })
            .list();
    return new Page(all.isEmpty() ? after : all.getLast(), all.size() == PAGE, due);
  }

  /** Removes some rows, and returns where there are more. */
  private static List<Due> step(Handle handle, List<Due> due, long oldest) {
    int left = STEP;
    for (int i = 0; i < due.size(); i++) {
      Due series = due.get(i);
      long until = series.whole() ? Long.MAX_VALUE : oldest - 1;
      int removed = removePoints(handle, series.id(), Long.MIN_VALUE, until, left);
      left -= removed;
      if (left <= 0) {
        return due.subList(i, due.size());
      }
      if (series.whole()) {
        handle
            .createUpdate("DELETE FROM state_series WHERE id = :id")
            .bind("id", series.id())
            .execute();
      }
    }
    return List.of();
  }

  private static int removePoints(Handle handle, long series, long start, long end, int limit) {
    return handle
        .createUpdate(
            "DELETE FROM state_point WHERE series = :series AND time >= :start AND time <= :end"
                + " AND time <= COALESCE((SELECT p.time FROM state_point p"
                + " WHERE p.series = :series AND p.time >= :start AND p.time <= :end"
                + " ORDER BY p.time LIMIT 1 OFFSET :others), :end)")
        .bind("series", series)
        .bind("start", start)
        .bind("end", end)
        .bind("others", limit - 1)
        .execute();
  }

  private record Holder(String device, boolean gone, long first) {}

  private void sweepCommands(long oldest) {
    String last = "";
    List<Holder> page;
    do {
      String after = last;
      page = database.read(handle -> holders(handle, after));
      for (Holder holder : page) {
        long until = holder.gone() ? Long.MAX_VALUE : oldest - 1;
        if (holder.first() <= until) {
          removeCommands(holder.device(), new TimeRange(Long.MIN_VALUE, until));
        }
      }
      last = page.isEmpty() ? last : page.getLast().device();
    } while (page.size() == PAGE);
  }

  /** The next devices that have commands, found by leaps through the key. */
  private static List<Holder> holders(Handle handle, String after) {
    String next = "(SELECT MIN(n.device_id) FROM device_command n WHERE n.device_id > ";
    return handle
        .createQuery(
            "WITH RECURSIVE holder (device_id, place) AS (SELECT "
                + next
                + ":after), 1 UNION ALL SELECT "
                + next
                + "holder.device_id), holder.place + 1 FROM holder"
                + " WHERE holder.device_id IS NOT NULL AND holder.place < :limit)"
                + " SELECT h.device_id, d.id AS device, (SELECT MIN(f.time)"
                + " FROM device_command f WHERE f.device_id = h.device_id) AS first_time"
                + " FROM holder h LEFT JOIN device d ON d.id = h.device_id"
                + " WHERE h.device_id IS NOT NULL ORDER BY h.device_id")
        .bind("after", after)
        .bind("limit", PAGE)
        .map((row, _) ->
            new Holder(
                row.getString("device_id"),
                row.getString("device") == null,
                row.getLong("first_time")))
        .list();
  }

  private void removeCommands(String device, TimeRange range) {
    int removed;
    do {
      removed =
          database.write(transaction ->
              transaction
                  .handle()
                  .createUpdate(
                      "DELETE FROM device_command WHERE device_id = :device AND time >= :start"
                          + " AND time <= COALESCE((SELECT e.time FROM device_command e"
                          + " WHERE e.device_id = :device AND e.time >= :start"
                          + " AND e.time <= :end ORDER BY e.time LIMIT 1 OFFSET :others), :end)")
                  .bind("device", device)
                  .bind("start", range.startMillis())
                  .bind("end", range.endMillis())
                  .bind("others", STEP - 1)
                  .execute());
    } while (removed >= STEP);
  }
}
