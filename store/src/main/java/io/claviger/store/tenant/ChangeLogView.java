package io.claviger.store.tenant;

import io.claviger.core.change.ChangeEntry;
import io.claviger.core.id.OrganizationId;
import io.claviger.store.ChangeLog;
import io.claviger.store.Database;
import io.claviger.store.audit.AuditRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;

/** The change log of an organization, the last change first, whole entries from a cursor on. */
public final class ChangeLogView {
  private static final int HASH_DIGITS = 64;

  /** Log-ins are of accounts, not of organizations (AUD-5); so are they in the index. */
  private static final String MINE =
      "c.organization_id = :organization AND c.subject_type <> 'Session'";

  private final Database database;

  public ChangeLogView(Database database) {
    this.database = database;
  }

  /**
   * What is wanted; all that is given must hold.
   *
   * @param actor a user, in person or through a token, or the token
   * @param subject the id of what was changed
   * @param user a user's account, or his id in the directory
   * @param before the entry behind which to begin: 24 digits of its hash
   */
  public record Wanted(
      Optional<Instant> start,
      Optional<Instant> end,
      Optional<String> actor,
      Optional<String> subject,
      Optional<String> subjectType,
      Optional<String> action,
      Optional<String> user,
      Optional<String> before) {}

  /**
   * An entry with the name that its user has today.
   *
   * @param userName empty when there is none, or the account is gone
   */
  public record Entry(ChangeEntry entry, Optional<String> userName) {
    /** By which a cursor names it. */
    public String id() {
      return entry.hash().hex().substring(0, AuditRow.ID_LENGTH);
    }
  }

  /** Whether a cursor is of an entry in this log. */
  public boolean knows(OrganizationId organization, String id) {
    return place(organization, id).isPresent();
  }

  private record Place(long sequence, long recordedAt) {}

  private Optional<Place> place(OrganizationId organization, String id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT c.sequence, c.recorded_at FROM change_log c"
                    + " WHERE c.hash >= :low AND c.hash <= :high AND "
                    + MINE)
            .bind("low", HexFormat.of().parseHex(id + "0".repeat(HASH_DIGITS - id.length())))
            .bind("high", HexFormat.of().parseHex(id + "f".repeat(HASH_DIGITS - id.length())))
            .bind("organization", organization.text())
            .map((row, _) -> new Place(row.getLong("sequence"), row.getLong("recorded_at")))
            .findFirst());
  }

  /**
   * Entries in the order of their time, the last first.
   *
   * @param limit how many at most
   */
  public List<Entry> list(OrganizationId organization, Wanted wanted, int limit) {
    List<String> conditions = new ArrayList<>(List.of(MINE));
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("organization", organization.text());
    wanted.start().ifPresent(it -> add(conditions, values, "c.recorded_at >= :start", "start", it));
    wanted.end().ifPresent(it -> add(conditions, values, "c.recorded_at < :end", "end", it));
    wanted
        .actor()
        .ifPresent(it ->
            add(
                conditions,
                values,
                "(c.actor_id = :actor OR c.actor_user_id = :actor)",
                "actor",
                it));
    wanted
        .subject()
        .ifPresent(it -> add(conditions, values, "c.subject_id = :subject", "subject", it));
    wanted
        .subjectType()
        .ifPresent(it -> add(conditions, values, "c.subject_type = :type", "type", it));
    wanted.action().ifPresent(it -> add(conditions, values, "c.action = :action", "action", it));
    wanted
        .user()
        .ifPresent(it ->
            add(
                conditions,
                values,
                "(c.subject_type IN ('User', 'Member', 'ProvisionedUser') AND (c.subject_id = :user"
                    + " OR c.subject_id IN (SELECT t.user_id FROM tenant_user t"
                    + " WHERE t.organization_id = :organization AND t.id = :user)"
                    + " OR c.subject_id IN (SELECT t.id FROM tenant_user t"
                    + " WHERE t.organization_id = :organization AND t.user_id = :user)))",
                "user",
                it));
    wanted
        .before()
        .flatMap(id -> place(organization, id))
        .ifPresent(place -> {
          conditions.add("(c.recorded_at, c.sequence) < (:time, :place)");
          values.put("time", place.recordedAt());
          values.put("place", place.sequence());
        });
    String sql =
        "SELECT "
            + ChangeLog.COLUMNS
            + ", (SELECT u.first_name || ' ' || u.last_name FROM app_user u"
            + " WHERE u.id = c.actor_user_id) AS user_name FROM change_log c WHERE "
            + String.join(" AND ", conditions)
            + " ORDER BY c.recorded_at DESC, c.sequence DESC LIMIT :limit";
    return database.read(handle -> {
      Query query = handle.createQuery(sql).bind("limit", limit);
      values.forEach(query::bind);
      return query
          .map((row, context) ->
              new Entry(
                  ChangeLog.entry(row, context),
                  Optional.ofNullable(row.getString("user_name")).map(String::strip)))
          .list();
    });
  }

  private static void add(
      List<String> conditions,
      Map<String, Object> values,
      String condition,
      String name,
      Object value) {
    conditions.add(condition);
    values.put(name, value);
  }
}
