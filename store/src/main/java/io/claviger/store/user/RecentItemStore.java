package io.claviger.store.user;

import io.claviger.core.id.UserId;
import io.claviger.store.Database;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What users looked at last (USR-18). Of no weight for anybody else, so it is no change and has no
 * entry in the log.
 */
public final class RecentItemStore {
  /** So many of a type are kept for a user. */
  public static final int KEPT_MAX = 100;

  private final Database database;

  public RecentItemStore(Database database) {
    this.database = database;
  }

  /**
   * Something that can be looked at.
   *
   * @param parent the application of a device
   */
  public record Item(String id, String name, Optional<String> parent) {}

  /** The thing with this id, whoever may see it; empty when there is none. */
  public Optional<Item> find(RecentItemType type, String id) {
    Optional<String> things = things(type);
    if (things.isEmpty()) {
      return Optional.empty();
    }
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT t.id, t.name, t.parent_id FROM (" + things.get() + ") t WHERE t.id = :id")
            .bind("id", id)
            .map((row, _) ->
                new Item(
                    row.getString("id"),
                    row.getString("name"),
                    SqlTypes.optionalText(row, "parent_id")))
            .findOne());
  }

  /** The things of a type that a user looked at and that are still there, the last one first. */
  public List<Item> list(UserId user, RecentItemType type, Optional<String> parent) {
    Optional<String> things = things(type);
    if (things.isEmpty()) {
      return List.of();
    }
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT t.id, t.name, t.parent_id FROM recent_item r JOIN ("
                    + things.get()
                    + ") t ON t.id = r.item_id WHERE r.user_id = :user AND r.item_type = :type"
                    + (parent.isPresent() ? " AND t.parent_id = :parent" : "")
                    + " ORDER BY r.viewed_at DESC, r.item_id")
            .bind("user", user.text())
            .bind("type", type.wireName())
            .bindMap(parent.isPresent() ? Map.of("parent", parent.get()) : Map.of())
            .map((row, _) ->
                new Item(
                    row.getString("id"),
                    row.getString("name"),
                    SqlTypes.optionalText(row, "parent_id")))
            .list());
  }

  private static Optional<String> things(RecentItemType type) {
    return switch (type) {
      case APPLICATION ->
          Optional.of("SELECT id, name, CAST(NULL AS TEXT) AS parent_id FROM application");
      case DEVICE ->
          Optional.of(
              "SELECT id, name, application_id AS parent_id FROM device WHERE deleted_at IS NULL");
      case DASHBOARD -> Optional.of("SELECT id, name, application_id AS parent_id FROM dashboard");
      case ORGANIZATION ->
          Optional.of("SELECT id, name, CAST(NULL AS TEXT) AS parent_id FROM organization");
      case FLOW -> Optional.empty();
    };
  }

  /**
   * Notes that a user looks at something now; the oldest beyond {@link #KEPT_MAX} are forgotten.
   */
  public void touch(Transaction transaction, UserId user, RecentItemType type, Item item) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO recent_item (user_id, item_type, item_id, parent_id, viewed_at)"
                + " VALUES (:user, :type, :item, :parent, :now)"
                + " ON CONFLICT (user_id, item_type, item_id) DO UPDATE SET viewed_at = :now")
        .bind("user", user.text())
        .bind("type", type.wireName())
        .bind("item", item.id())
        .bind("parent", item.parent())
        .bind("now", transaction.now())
        .execute();
    transaction
        .handle()
        .createUpdate(
            "DELETE FROM recent_item WHERE user_id = :user AND item_type = :type AND item_id NOT IN"
                + " (SELECT item_id FROM recent_item WHERE user_id = :user AND item_type = :type"
                + " ORDER BY viewed_at DESC, item_id LIMIT :kept)")
        .bind("user", user.text())
        .bind("type", type.wireName())
        .bind("kept", KEPT_MAX)
        .execute();
  }
}
