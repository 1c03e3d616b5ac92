package io.claviger.store.application;

import io.claviger.core.id.ApplicationId;
import io.claviger.store.Database;
import io.claviger.store.json.JsonColumn;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** How many things of each kind stand in applications; of dashboards those that are seen. */
public final class ApplicationCounts {
  /** What is counted. */
  public enum Kind {
    API_TOKENS("apiTokenCount", "owner_id", "api_token r", "r.owner_type = 'application'"),
    DASHBOARDS("dashCount", "application_id", "dashboard r", "1 = 1"),
    DEVICES("deviceCount", "application_id", "device r", "r.deleted_at IS NULL"),
    ACCESS_KEYS("keyCount", "application_id", "access_key r", "1 = 1");

    private final String wireName;
    private final String application;
    private final String table;
    private final String condition;

    Kind(String wireName, String application, String table, String condition) {
      this.wireName = wireName;
      this.application = application;
      this.table = table;
      this.condition = condition;
    }

    /** The name in the summary of an application. */
    public String wireName() {
      return wireName;
    }
  }

  private final Database database;

  public ApplicationCounts(Database database) {
    this.database = database;
  }

  /**
   * Counts in several applications at once; what is not there is 0.
   *
   * @param viewer who sees the dashboards
   */
  public Map<ApplicationId, Map<Kind, Long>> of(
      Collection<ApplicationId> applications, Set<Kind> kinds, Viewer viewer) {
    return database.read(handle -> {
      Map<ApplicationId, Map<Kind, Long>> counts = new HashMap<>();
      for (ApplicationId application : applications) {
        counts.put(application, zeros(kinds));
      }
      for (Kind kind : kinds) {
        count(handle, applications, kind, viewer)
            .forEach((id, number) -> counts.getOrDefault(id, new HashMap<>()).put(kind, number));
      }
      return counts;
    });
  }

  private static Map<Kind, Long> zeros(Set<Kind> kinds) {
    Map<Kind, Long> zeros = new EnumMap<>(Kind.class);
    kinds.forEach(kind -> zeros.put(kind, 0L));
    return zeros;
  }

  private Map<ApplicationId, Long> count(
      Handle handle, Collection<ApplicationId> applications, Kind kind, Viewer viewer) {
    String application = "r." + kind.application;
    Optional<VisibleRows> seen =
        Optional.of(viewer)
            .filter(_ -> kind == Kind.DASHBOARDS)
            .map(of -> VisibleRows.dashboards(database, Memberships.visibility(handle, of)));
    String sql =
        "SELECT %s AS application, COUNT(*) AS number FROM %s WHERE %s AND %s AND %s GROUP BY %s"
            .formatted(
                application,
                kind.table,
                database.isOneOf(application, "applications"),
                kind.condition,
                seen.map(VisibleRows::sql).orElse("1 = 1"),
                application);
    Map<ApplicationId, Long> numbers = new HashMap<>();
    handle
        .createQuery(sql)
        .bind(
            "applications",
            JsonColumn.write(applications.stream().map(ApplicationId::text).toList()))
        .bindMap(seen.map(VisibleRows::values).orElse(Map.of()))
        .map((row, _) ->
            Map.entry(new ApplicationId(row.getString("application")), row.getLong("number")))
        .forEach(entry -> numbers.put(entry.getKey(), entry.getValue()));
    return numbers;
  }
}
