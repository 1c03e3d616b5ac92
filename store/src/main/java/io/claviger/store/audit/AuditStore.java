package io.claviger.store.audit;

import io.claviger.core.change.ChangeEntry;
import io.claviger.store.ChangeLog;
import io.claviger.store.ChangeLogCount;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.SqlTypes;
import io.claviger.store.json.JsonColumn;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Reads the change log for those whose log it is. A list first finds the places of its entries by
 * an index alone, and then reads these entries: pages far down cost little.
 */
public final class AuditStore {
  private static final int HASH_BYTES = 32;

  private final Database database;
  private final String status;
  private final ListQuery list;

  /**
   * Reads the log.
   *
   * @param created the actions that are answered with 201; all others in the log are answered with
   *     200
   */
  public AuditStore(Database database, Collection<String> created) {
    this.database = database;
    this.status =
        "(CASE WHEN " + database.isOneOf("c.action", "created") + " THEN 201 ELSE 200 END)";
    this.list =
        ListQuery.select("c.sequence")
            .from("change_log c")
            .id("c.sequence")
            .sort("creationDate", "c.recorded_at")
            .sort("actorName", "c.actor_name")
            .sort("responseStatus", status)
            .bind("created", JsonColumn.write(created));
  }

  /** The fields to sort by. */
  public ListQuery fields() {
    return list;
  }

  /**
   * A page of a log, without what was before and after.
   *
   * @param after the page begins behind this entry, which is one of the log; empty for the first
   */
  public ListPage<AuditRow> list(
      AuditLog log, AuditFilter filter, ListRequest request, Optional<AuditRow> after) {
    ListQuery query = query(log, filter);
    return database.read(handle -> {
      long count = count(handle, query, log, filter, request);
      if (after.isEmpty() && (long) request.page() * request.perPage() >= count) {
        return new ListPage<>(List.of(), count);
      }
      ListQuery wanted = after.map(entry -> behind(query, request, entry)).orElse(query);
      List<Long> places = wanted.items(handle, request, (row, _) -> row.getLong("sequence"));
      return new ListPage<>(rows(handle, places), count);
    });
  }

  /** All that a log has is counted already. */
  private static long count(
      Handle handle, ListQuery query, AuditLog log, AuditFilter filter, ListRequest request) {
    if (!filter.equals(AuditFilter.NONE)) {
      return query.count(handle, request);
    }
    return switch (log) {
      case AuditLog.OfOrganization(var id) -> ChangeLogCount.of(handle, id);
      case AuditLog.OfAccount(var id, boolean sandbox) -> ChangeLogCount.of(handle, id, sandbox);
    };
  }

  /** The places of what is wanted. */
  ListQuery query(AuditLog log, AuditFilter filter) {
    return AuditConditions.narrow(list, status, log, filter);
  }

  private ListQuery behind(ListQuery query, ListRequest request, AuditRow after) {
    String column = list.sortColumn(request.sortField());
    String comparison = request.direction() == SortDirection.ASCENDING ? " > " : " < ";
    return query
        .where(
            "("
                + column
                + ", c.sequence)"
                + comparison
                + "((SELECT "
                + column
                + " FROM change_log c WHERE c.sequence = :after), :after)")
        .bind("after", after.entry().sequence());
  }

  /**
   * One entry of a log, with what was before and after.
   *
   * @param id 24 hexadecimal digits in lower case
   */
  public Optional<AuditRow> find(AuditLog log, String id) {
    ListQuery query = query(log, AuditFilter.NONE).where("c.sequence = :place");
    ListRequest one = ListRequest.firstBy("creationDate");
    return database.read(handle ->
        places(handle, id).stream()
            .flatMap(place ->
                query.bind("place", place).items(handle, one, (row, _) -> row.getLong(1)).stream())
            .findFirst()
            .map(place -> whole(handle, place)));
  }

  /** By the hash alone, so that no database looks for it along the log. */
  private static List<Long> places(Handle handle, String id) {
    return handle
        .createQuery("SELECT sequence FROM change_log WHERE hash >= :low AND hash <= :high")
        .bind("low", HexFormat.of().parseHex(filled(id, "0")))
        .bind("high", HexFormat.of().parseHex(filled(id, "f")))
        .mapTo(Long.class)
        .list();
  }

  private static String filled(String id, String digit) {
    return id + digit.repeat(HASH_BYTES * 2 - id.length());
  }

  private static AuditRow whole(Handle handle, long place) {
    return select(handle, ChangeLog.COLUMNS, List.of(place)).getFirst();
  }

  /** In the order of the places. */
  private static List<AuditRow> rows(Handle handle, List<Long> places) {
    Map<Long, AuditRow> found = new HashMap<>();
    select(handle, ChangeLog.COLUMNS_IN_SHORT, places)
        .forEach(row -> found.put(row.entry().sequence(), row));
    return places.stream().map(found::get).map(Objects::requireNonNull).toList();
  }

  private static List<AuditRow> select(Handle handle, String columns, List<Long> places) {
    if (places.isEmpty()) {
      return List.of();
    }
    String list = places.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return handle
        .createQuery(
            "SELECT "
                + columns
                + ", "
                + AuditConditions.APPLICATION_NAME
                + " AS application_name, (SELECT u.first_name || ' ' || u.last_name FROM app_user u"
                + " WHERE u.id = c.actor_user_id) AS user_name"
                + " FROM change_log c WHERE c.sequence IN ("
                + list
                + ")")
        .map((row, context) -> {
          ChangeEntry entry = ChangeLog.entry(row, context);
          return new AuditRow(
              entry,
              SqlTypes.optionalText(row, "application_name"),
              SqlTypes.optionalText(row, "user_name").map(String::strip));
        })
        .list();
  }
}
