package io.claviger.store.usage;

import io.claviger.store.Database;
import io.claviger.store.json.JsonColumn;
import java.time.Instant;
import java.util.List;

/** Removes what is too old or too much of uses and refusals, the oldest first. */
public final class UsagePruning {
  private final Database database;

  public UsagePruning(Database database) {
    this.database = database;
  }

  /** What is pruned. */
  public enum Table {
    /** Counted uses. */
    USAGE("credential_usage", "id", "last_at"),
    /** Refusals. */
    REFUSALS("refusal", "request_id", "refused_at");

    private final String table;
    private final String id;
    private final String time;

    Table(String table, String id, String time) {
      this.table = table;
      this.id = id;
      this.time = time;
    }
  }

  /** How many rows there are. */
  public long count(Table table) {
    return database.read(handle ->
        handle.createQuery("SELECT COUNT(*) FROM " + table.table).mapTo(Long.class).one());
  }

  /**
   * Removes some of what is from before a time, in one transaction.
   *
   * @param limit rows at most, so that other writers do not wait for long
   * @return how many were removed
   */
  public int removeBefore(Table table, Instant before, int limit) {
    return remove(
        table,
        database.read(handle ->
            handle
                .createQuery(
                    "SELECT %2$s FROM %1$s WHERE %3$s < :before ORDER BY %3$s LIMIT :limit"
                        .formatted(table.table, table.id, table.time))
                .bind("before", before)
                .bind("limit", limit)
                .mapTo(String.class)
                .list()));
  }

  private int remove(Table table, List<String> ids) {
    if (!ids.isEmpty()) {
      database.run(transaction ->
          transaction
              .handle()
              .createUpdate(
                  "DELETE FROM " + table.table + " WHERE " + database.isOneOf(table.id, "ids"))
              .bind("ids", JsonColumn.write(ids))
              .execute());
    }
    return ids.size();
  }
}
