package io.claviger.store.device;

import io.claviger.core.device.TagSelector;
import io.claviger.core.id.DeviceId;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Query;
import io.claviger.store.Database;
import io.claviger.store.FoundIds;
import io.claviger.store.OwnPlan;
import io.claviger.store.device.DeviceSet.Presence;
import io.claviger.store.query.DeviceKeySets;
import io.claviger.store.query.QueryCompiler;
import io.claviger.store.query.SqlCondition;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * A {@link DeviceSet} as a condition on a table {@code device d}. Values only ever become
 * parameters.
 */
final class DeviceSql {
  private static final String ALL = "1 = 1";
  private static final String NONE = "1 = 0";

  /** Deleted devices that are looked through in no time. */
  private static final int FEW_DELETED = 4_000;

  private final Map<String, Object> values = new HashMap<>();
  private final DeviceSet set;
  private final Database database;
  private final DeviceKeySets keySets;
  private final boolean isWalk;
  private final String place;
  private final String condition;
  private Optional<FoundIds> owners = Optional.empty();
  private Optional<String> others = Optional.empty();
  private int queries;
  private boolean findsMost;

  private DeviceSql(DeviceSet set, Database database, DeviceKeySets keySets, boolean isWalk) {
    this.set = set;
    this.database = database;
    this.keySets = keySets;
    this.isWalk = isWalk;
    values.put("application", set.application().text());
    this.place = "d.application_id = :application AND " + presence(set.presence());
    this.condition = place + " AND " + sql(set.filter());
  }

  /** For statements on that database. */
  static DeviceSql of(Database database, DeviceSet set) {
    return new DeviceSql(set, database, new DeviceKeySets(database, set.application()), false);
  }

  /**
   * The same, with the same values, for a walk along an order past devices of which most are in the
   * set.
   */
  DeviceSql walking() {
    return new DeviceSql(set, database, keySets, true);
  }

  /** The condition. */
  String condition() {
    return condition;
  }

  /**
   * Finds the ids of the set without looking at devices. Empty when a query does not say it all, or
   * so many devices are deleted that to know them takes longer.
   */
  Optional<FoundIds> ids() {
    return owners.filter(_ -> saysItAll() && fewAreDeleted());
  }

  /** The same for the ids of the devices of the application that are not in the set. */
  Optional<String> otherIds() {
    return others.filter(_ -> saysItAll() && fewAreDeleted());
  }

  /** Whether one query does. */
  private boolean saysItAll() {
    List<DeviceFilter> parts = said(set.filter()).toList();
    return parts.size() == 1
        && parts.getFirst() instanceof DeviceFilter.Matching
        && set.presence() instanceof Presence.Present;
  }

  /** The condition of all devices of the application that are there. */
  String everything() {
    return place;
  }

  /** What says something about a device. */
  private static Stream<DeviceFilter> said(DeviceFilter filter) {
    return switch (filter) {
      case DeviceFilter.Everything() -> Stream.of();
      case DeviceFilter.AllOf(var filters) -> filters.stream().flatMap(DeviceSql::said);
      case DeviceFilter.Selected _,
          DeviceFilter.Matching _,
          DeviceFilter.MadeUntil _,
          DeviceFilter.After _ ->
          Stream.of(filter);
    };
  }

  private boolean fewAreDeleted() {
    return database.read(handle ->
        handle
                .createQuery(
                    "SELECT COUNT(*) FROM (SELECT 1 FROM device d"
                        + " WHERE d.application_id = :application AND d.deleted_at IS NOT NULL"
                        + " LIMIT :most) deleted")
                .bind("application", set.application().text())
                .bind("most", FEW_DELETED + 1)
                .mapTo(Long.class)
                .one()
            <= FEW_DELETED);
  }

  /** Whether a query in it asks for what most devices have. */
  boolean findsMost() {
    return findsMost;
  }

  /** The values of its parameters. */
  Map<String, Object> values() {
    return values;
  }

  /** Binds the values to a statement that holds the condition, which may find one or very many. */
  <S extends SqlStatement<S>> S bind(S statement) {
    return OwnPlan.of(statement).bindMap(values);
  }

  private String presence(Presence presence) {
    return switch (presence) {
      case Presence.Present() -> "d.deleted_at IS NULL";
      case Presence.Deleted(var after) -> "d.deleted_at > " + parameter(after.toEpochMilli());
    };
  }

  private String sql(DeviceFilter filter) {
    return switch (filter) {
      case DeviceFilter.Everything() -> ALL;
      case DeviceFilter.Selected(var ids, var tags) -> selected(ids, tags);
      case DeviceFilter.Matching(var query) -> matching(query);
      case DeviceFilter.MadeUntil(var time) -> "d.created_at <= " + parameter(time.toEpochMilli());
      case DeviceFilter.After(var id) -> "d.id > " + parameter(id.text());
      case DeviceFilter.AllOf(var filters) -> all(filters);
    };
  }

  /** Each query has parameters of its own. */
  private String matching(Query<DeviceField> query) {
    SqlCondition compiled =
        QueryCompiler.devices(
            query, set.application(), database.dialect(), keySets, "query" + "x".repeat(queries++));
    values.putAll(compiled.parameters());
    owners = compiled.owners();
    others = compiled.others();
    findsMost |= compiled.findsMost();
    return "(" + (isWalk ? compiled.walking() : compiled.sql()) + ")";
  }

  /**
   * A set of ids that is made once, rather than a question about each device. One set for ids and
   * tags together: PostgreSQL joins with it, where an OR of two would look through each set for
   * each device.
   */
  private String selected(Collection<DeviceId> ids, Collection<TagSelector> tags) {
    List<String> texts = ids.stream().map(DeviceId::text).toList();
    if (tags.isEmpty()) {
      return in("d.id", texts);
    }
    String named =
        texts.isEmpty()
            ? ""
            : "SELECT i.id FROM device i WHERE " + in("i.id", texts) + " UNION ALL ";
    List<String> alternatives = tags.stream().map(this::tagged).toList();
    return "d.id IN ("
        + named
        + "SELECT t.device_id FROM device_tag t WHERE "
        + String.join(" OR ", alternatives)
        + ")";
  }

  private String tagged(TagSelector selector) {
    return "t.application_id = :application"
        + selector.key().map(key -> " AND t.tag_key = " + parameter(key)).orElse("")
        + selector.value().map(value -> " AND t.tag_value = " + parameter(value)).orElse("");
  }

  private String all(List<DeviceFilter> filters) {
    return filters.isEmpty()
        ? ALL
        : "(" + String.join(" AND ", filters.stream().map(this::sql).toList()) + ")";
  }

  private String in(String column, Collection<String> texts) {
    if (texts.isEmpty()) {
      return NONE;
    }
    List<String> parameters = texts.stream().map(this::parameter).toList();
    return column + " IN (" + String.join(", ", parameters) + ")";
  }

  private String parameter(Object value) {
    String name = "device" + values.size();
    values.put(name, value);
    return ":" + name;
  }
}
