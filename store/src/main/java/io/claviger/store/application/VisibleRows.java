package io.claviger.store.application;

import io.claviger.core.id.Id;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Visibility;
import io.claviger.core.role.Visibility.Layer;
import io.claviger.core.role.Visibility.Sight;
import io.claviger.store.Database;
import io.claviger.store.ListQuery;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.ownership.OwnedResourceStore.OwnerColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * {@link Visibility} as a condition on the rows of {@code application} or {@code dashboard}. All
 * owners and exceptions travel in bound parameters.
 *
 * <p>An exception counts for a row of its own owner only, so it is looked up by owner and id
 * together: an override that was left behind by a resource which went to another owner is idle.
 *
 * @param sql true for the rows that are seen
 * @param values of its parameters
 */
public record VisibleRows(String sql, Map<String, String> values) {
  private static final String NEVER = "1 = 0";

  public VisibleRows {
    values = Map.copyOf(values);
  }

  /** The applications that are seen; the table has the alias {@code r}. */
  public static VisibleRows applications(Database database, Visibility visibility) {
    Builder builder = new Builder(database, visibility);
    return builder.build(layer -> layer.application("r.owner_id || r.id"));
  }

  /** The dashboards that are seen; the table has the alias {@code r}. */
  public static VisibleRows dashboards(Database database, Visibility visibility) {
    Builder builder = new Builder(database, visibility);
    return builder.build(layer ->
        layer.dashboard("r.owner_id || r.id", "r.owner_id || COALESCE(r.application_id, '')"));
  }

  /** The query with this as one more condition. */
  public ListQuery in(ListQuery query) {
    ListQuery result = query.where(sql);
    for (Map.Entry<String, String> value : values.entrySet()) {
      result = result.bind(value.getKey(), value.getValue());
    }
    return result;
  }

  private static final class Builder {
    private final Database database;
    private final Visibility visibility;
    private final Map<String, String> values = new HashMap<>();

    Builder(Database database, Visibility visibility) {
      this.database = database;
      this.visibility = visibility;
    }

    VisibleRows build(Function<LayerRows, String> condition) {
      if (visibility.owners().isEmpty()) {
        return new VisibleRows(NEVER, Map.of());
      }
      String sql =
          owners()
              + " AND "
              + condition.apply(new LayerRows("cap", Sight::cap))
              + " AND "
              + condition.apply(new LayerRows("standing", Sight::standing));
      return new VisibleRows(sql, values);
    }

    /**
     * The ids alone let an index find the rows before the exceptions are looked at; the kind is
     * looked at as well, so that nothing rests on a user and an organization never having one id.
     */
    private String owners() {
      List<String> ids = new ArrayList<>();
      List<String> kinds = new ArrayList<>();
      for (Owner owner : visibility.owners().keySet()) {
        OwnerColumns columns = OwnerColumns.of(owner);
        ids.add(columns.id());
        kinds.add(columns.type() + columns.id());
      }
      return isOneOf("r.owner_id", "seenOwners", ids)
          + " AND "
          + isOneOf("r.owner_type || r.owner_id", "seenKinds", kinds);
    }

    private String isOneOf(String expression, String parameter, List<String> texts) {
      if (texts.isEmpty()) {
        return NEVER;
      }
      values.put(parameter, JsonColumn.write(texts));
      return database.isOneOf(expression, parameter);
    }

    /** The condition of one layer, its parameters named after it. */
    private final class LayerRows {
      private final String name;
      private final Function<Sight, Layer> layer;

      LayerRows(String name, Function<Sight, Layer> layer) {
        this.name = name;
        this.layer = layer;
      }

      /** A dashboard's own answer goes before that of its application. */
      String dashboard(String key, String applicationKey) {
        return "(%s OR (NOT (%s) AND %s))"
            .formatted(
                isOneOf(key, name + "ShownDashboards", keys(Layer::dashboards, true)),
                isOneOf(key, name + "HiddenDashboards", keys(Layer::dashboards, false)),
                application(applicationKey));
      }

      /** An application's own answer goes before that of its owner. */
      String application(String key) {
        return "(%s OR (NOT (%s) AND %s))"
            .formatted(
                isOneOf(key, name + "ShownApplications", keys(Layer::applications, true)),
                isOneOf(key, name + "HiddenApplications", keys(Layer::applications, false)),
                isOneOf("r.owner_id", name + "Open", open()));
      }

      private List<String> open() {
        List<String> open = new ArrayList<>();
        visibility
            .owners()
            .forEach((owner, sight) -> {
              if (layer.apply(sight).byDefault()) {
                open.add(OwnerColumns.of(owner).id());
              }
            });
        return open;
      }

      private <I extends Id> List<String> keys(
          Function<Layer, Map<I, Boolean>> exceptions, boolean shown) {
        List<String> keys = new ArrayList<>();
        visibility
            .owners()
            .forEach((owner, sight) ->
                exceptions
                    .apply(layer.apply(sight))
                    .forEach((id, visible) -> {
                      if (visible == shown) {
                        keys.add(OwnerColumns.of(owner).id() + id.text());
                      }
                    }));
        return keys;
      }
    }
  }
}
