package io.claviger.store.application;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.role.Owner;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.ownership.OwnedResourceStore.OwnerColumns;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** How many devices and messages there were when. */
public final class HistoryCounts {
  private static final long DAY_MILLIS = 86_400_000;

  /** The day under which everything before the range stands. */
  private static final long BEFORE = -1;

  private final Database database;

  public HistoryCounts(Database database) {
    this.database = database;
  }

  /** Of which applications. */
  public sealed interface Scope {
    /** One. */
    record One(ApplicationId application) implements Scope {}

    /** Those of an owner that somebody sees. */
    record Seen(Owner owner, Viewer viewer) implements Scope {}
  }

  /** Devices of a day. */
  public record Devices(long created, long deleted) {
    private Devices plus(Devices other) {
      return new Devices(created + other.created, deleted + other.deleted);
    }
  }

  /**
   * The devices that were made and deleted until some days.
   *
   * @param before those before the first day
   * @param days by days since 1970; without those on which nothing happened
   */
  public record DeviceHistory(Devices before, NavigableMap<Long, Devices> days) {}

  /**
   * Devices by the days on which they were made and deleted. One that was restored was never
   * deleted.
   *
   * @param firstDay since 1970
   * @param untilMillis what happened later does not count
   */
  public DeviceHistory devices(Scope scope, long firstDay, long untilMillis) {
    return database.read(handle -> {
      Applications of = applications(handle, scope);
      NavigableMap<Long, Devices> days = new TreeMap<>();
      handle
          .createQuery(
              "WITH app AS ("
                  + of.sql()
                  + "), happened AS (SELECT d.created_at / 86400000 AS day, 1 AS created,"
                  + " 0 AS deleted FROM device d WHERE d.application_id IN (SELECT id FROM app)"
                  + " AND d.created_at <= :until"
                  + " UNION ALL SELECT d.deleted_at / 86400000, 0, 1 FROM device d"
                  + " WHERE d.application_id IN (SELECT id FROM app) AND d.deleted_at <= :until"
                  + " UNION ALL SELECT p.day, p.created, p.deleted FROM device_day p"
                  + " WHERE p.application_id IN (SELECT id FROM app) AND p.day <= :lastDay)"
                  + " SELECT at_day, SUM(created) AS created, SUM(deleted) AS deleted FROM"
                  + " (SELECT CASE WHEN day < :firstDay THEN -1 ELSE day END AS at_day,"
                  + " created, deleted FROM happened) h GROUP BY at_day")
          .bindMap(of.values())
          .bind("until", untilMillis)
          .bind("lastDay", untilMillis / DAY_MILLIS)
          .bind("firstDay", firstDay)
          .map((row, _) ->
              Map.entry(
                  row.getLong("at_day"),
                  new Devices(row.getLong("created"), row.getLong("deleted"))))
          .forEach(entry -> days.merge(entry.getKey(), entry.getValue(), Devices::plus));
      Devices before = days.remove(BEFORE);
      return new DeviceHistory(before == null ? new Devices(0, 0) : before, days);
    });
  }

  /**
   * What was counted.
   *
   * @param hour since 1970
   * @param kind of messages
   * @param source where they came from
   */
  public record Counted(ApplicationId application, long hour, String kind, String source) {}

  /** How many, and how long together. */
  public record Sum(long messages, long bytes) {
    /** Both together. */
    public Sum plus(Sum other) {
      return new Sum(messages + other.messages, bytes + other.bytes);
    }
  }

  /** Adds to what was counted before; applications that are gone are left out. */
  public static void add(Transaction transaction, Map<Counted, Sum> counts) {
    PreparedBatch batch =
        transaction
            .handle()
            .prepareBatch(
                "INSERT INTO payload_count (application_id, hour, kind, source, messages, bytes)"
                    + " SELECT id, CAST(:hour AS BIGINT), CAST(:kind AS TEXT),"
                    + " CAST(:source AS TEXT), CAST(:messages AS BIGINT), CAST(:bytes AS BIGINT)"
                    + " FROM application WHERE id = :application"
                    + " ON CONFLICT (application_id, hour, kind, source) DO UPDATE"
                    + " SET messages = payload_count.messages + excluded.messages,"
                    + " bytes = payload_count.bytes + excluded.bytes");
    counts.forEach((counted, sum) ->
        batch
            .bind("application", counted.application().text())
            .bind("hour", counted.hour())
            .bind("kind", counted.kind())
            .bind("source", counted.source())
            .bind("messages", sum.messages())
            .bind("bytes", sum.bytes())
            .add());
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  /** What was counted from one hour to another, both included, by kind and source. */
  public Map<String, Map<String, Sum>> payloads(Scope scope, long firstHour, long lastHour) {
    return database.read(handle -> {
      Applications of = applications(handle, scope);
      Map<String, Map<String, Sum>> sums = new HashMap<>();
      handle
          .createQuery(
              "SELECT c.kind, c.source, SUM(c.messages) AS messages, SUM(c.bytes) AS bytes"
                  + " FROM payload_count c WHERE c.application_id IN ("
                  + of.sql()
                  + ") AND c.hour >= :first AND c.hour <= :last GROUP BY c.kind, c.source")
          .bindMap(of.values())
          .bind("first", firstHour)
          .bind("last", lastHour)
          .map((row, _) -> {
            sums.computeIfAbsent(row.getString("kind"), _ -> new HashMap<>())
                .put(
                    row.getString("source"),
                    new Sum(row.getLong("messages"), row.getLong("bytes")));
            return true;
          })
          .list();
      return sums;
    });
  }

  /**
   * Removes some of what was counted before an hour.
   *
   * @return how many rows
   */
  public static int removeBefore(Transaction transaction, long hour, int limit) {
    return transaction
        .handle()
        .createUpdate(
            "DELETE FROM payload_count WHERE hour < :hour AND hour <= COALESCE((SELECT c.hour FROM"
                + " payload_count c WHERE c.hour < :hour ORDER BY c.hour LIMIT 1 OFFSET :others),"
                + " :hour)")
        .bind("hour", hour)
        .bind("others", limit - 1)
        .execute();
  }

  private record Applications(String sql, Map<String, String> values) {}

  private Applications applications(Handle handle, Scope scope) {
    return switch (scope) {
      case Scope.One(ApplicationId application) ->
          new Applications(
              "SELECT r.id FROM application r WHERE r.id = :one",
              Map.of("one", application.text()));
      case Scope.Seen(Owner owner, Viewer viewer) -> {
        VisibleRows seen =
            VisibleRows.applications(database, Memberships.visibility(handle, viewer));
        OwnerColumns columns = OwnerColumns.of(owner);
        Map<String, String> values = new HashMap<>(seen.values());
        values.put("ownerType", columns.type());
        values.put("ownerId", columns.id());
        yield new Applications(
            "SELECT r.id FROM application r WHERE r.owner_type = :ownerType"
                + " AND r.owner_id = :ownerId AND "
                + seen.sql(),
            Map.copyOf(values));
      }
    };
  }
}
