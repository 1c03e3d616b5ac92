package io.claviger.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * A list of the API as SQL: pages, order and filter, with the same answer on both databases.
 * Immutable: a store keeps the fixed part in a constant and adds the values of a call.
 *
 * <pre>{@code
 * private static final ListQuery KEYS =
 *     ListQuery.select("k.id, k.status, k.created_at")
 *         .from("access_key k").id("k.id")
 *         .where("k.application_id = :applicationId")
 *         .sort("creationDate", "k.created_at")
 *         .filter("key", "k.id");
 *
 * KEYS.bind("applicationId", id).page(handle, request, AccessKeyRows::map);
 * }</pre>
 *
 * <p>Every text here is SQL of the program; what a caller sends is only bound. A column to sort or
 * filter by compares by bytes: names by their {@linkplain Fold folded} column.
 *
 * @param columns after SELECT
 * @param table after FROM, joins included
 * @param idColumn decides between equals, so that the order is total (WIR-12)
 * @param conditions all of them must hold
 * @param sortColumns by their name on the wire
 * @param filterColumns by their name on the wire
 * @param values of the conditions' parameters
 * @param isKeyed whether the id alone names a row of the table
 * @param samePlace a column that is the same in all rows and stands in the indexes before those to
 *     sort by, or an empty text
 */
public record ListQuery(
    String columns,
    String table,
    String idColumn,
    List<String> conditions,
    Map<String, SortColumn> sortColumns,
    Map<String, String> filterColumns,
    Map<String, Object> values,
    boolean isKeyed,
    String samePlace) {

  /** The name of the parameter of the filter; not for conditions. */
  private static final String GLOB = "listGlob";

  /** Matches that are sorted rather than met in order: a few pages. */
  static final int FEW = 5_000;

  /**
   * Where to sort.
   *
   * @param column SQL
   * @param nullable whether rows may have none there; they come first upwards and last downwards
   */
  public record SortColumn(String column, boolean nullable) {}

  public ListQuery {
    conditions = List.copyOf(conditions);
    sortColumns = Map.copyOf(sortColumns);
    filterColumns = Map.copyOf(filterColumns);
    values = Map.copyOf(values);
  }

  /** Begins with the columns that the mapper reads. */
  public static ListQuery select(String columns) {
    return new ListQuery(columns, "", "id", List.of(), Map.of(), Map.of(), Map.of(), false, "");
  }

  /** The table, with joins. */
  public ListQuery from(String newTable) {
    return with(newTable, idColumn, sortColumns, filterColumns);
  }

  /** The identifier's column when it is not {@code id}. */
  public ListQuery id(String newIdColumn) {
    return with(table, newIdColumn, sortColumns, filterColumns);
  }

  /**
   * Says that the id alone names a row of the table, for lists that may be very long: the rows of a
   * page are then found by their ids, and conditions are looked at in indexes as far as possible.
   */
  public ListQuery keyed() {
    return new ListQuery(
        columns, table, idColumn, conditions, sortColumns, filterColumns, values, true, samePlace);
  }

  /**
   * Says that a column is the same in all rows. It may be NULL in all of them, of which PostgreSQL
   * does not see by itself that it leaves the order of an index behind it as it is.
   */
  public ListQuery within(String column) {
    return new ListQuery(
        columns, table, idColumn, conditions, sortColumns, filterColumns, values, isKeyed, column);
  }

  /** One more condition, with named parameters for {@link #bind}. */
  public ListQuery where(String condition) {
    var more = new ArrayList<>(conditions);
    more.add("(" + condition + ")");
    return new ListQuery(
        columns, table, idColumn, more, sortColumns, filterColumns, values, isKeyed, samePlace);
  }

  /** A field to sort by whose column is never NULL. */
  public ListQuery sort(String field, String column) {
    return sort(field, new SortColumn(column, false));
  }

  /** A field to sort by whose column may be NULL. */
  public ListQuery sortNullable(String field, String column) {
    return sort(field, new SortColumn(column, true));
  }

  private ListQuery sort(String field, SortColumn column) {
    return with(table, idColumn, with(sortColumns, field, column), filterColumns);
  }

  /** A field to filter by, with its folded column. */
  public ListQuery filter(String field, String foldedColumn) {
    return with(table, idColumn, sortColumns, with(filterColumns, field, foldedColumn));
  }

  /** The value of a parameter of the conditions. */
  public ListQuery bind(String name, Object value) {
    return bindAll(Map.of(name, value));
  }

  /** The values of several parameters of the conditions. */
  public ListQuery bindAll(Map<String, ?> more) {
    var all = new LinkedHashMap<>(values);
    all.putAll(more);
    return new ListQuery(
        columns, table, idColumn, conditions, sortColumns, filterColumns, all, isKeyed, samePlace);
  }

  private ListQuery with(
      String newTable,
      String newIdColumn,
      Map<String, SortColumn> sorts,
      Map<String, String> filters) {
    return new ListQuery(
        columns, newTable, newIdColumn, conditions, sorts, filters, values, isKeyed, samePlace);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    var more = new LinkedHashMap<>(map);
    more.put(key, value);
    return more;
  }

  /** The fields by which a request may sort. */
  public Set<String> sortFields() {
    return sortColumns.keySet();
  }

  /**
   * The SQL by which a field sorts.
   *
   * @throws IllegalArgumentException when the list knows no such field
   */
  public String sortColumn(String field) {
    return known(sortColumns.get(field), field).column();
  }

  /** The fields by which a request may filter. */
  public Set<String> filterFields() {
    return filterColumns.keySet();
  }

  /**
   * Runs the query: one page, and the count of all that matches, both of one state of the database.
   *
   * <p>Counts first, since the count says how to go about the page. Few matches are all looked for
   * and then sorted: the databases would rather walk along the order, past every row that does not
   * match. Of many, the first in the order are soon found on such a walk.
   *
   * @throws IllegalArgumentException for a field that is not among {@link #sortFields} or {@link
   *     #filterFields}; the edge refuses it before, with a better message
   */
  public <T> ListPage<T> page(Handle handle, ListRequest request, RowMapper<T> mapper) {
    return counted(handle, request, mapper, FEW, ListPart.MANY, this);
  }

  /** A statement that finds the count of all ids, and with it those of the page if they are few. */
  String idsOf(Dialect dialect, FoundIds ids, ListRequest request) {
    SortColumn sort = known(sortColumns.get(request.sortField()), request.sortField());
    return ids.tables()
        + " SELECT c.found_count, p.found_id FROM counted c LEFT JOIN ("
        + ids.each(dialect, idColumn, table)
        + conditions.stream().map(" AND "::concat).collect(Collectors.joining())
        + order(request, sort)
        + " LIMIT :listLimit OFFSET :listOffset) p ON TRUE";
  }

  /** What a statement says of a page: the count of all, and an id unless there is none. */
  record Found(long count, Optional<String> id) {}

  /** Runs a statement that finds ids and their count, with the limits of the page. */
  List<Found> found(Handle handle, String ids, ListRequest request) {
    return parameters(handle.createQuery(ids), request)
        .bind("listLimit", request.perPage())
        .bind("listOffset", (long) request.page() * request.perPage())
        .map((row, _) -> new Found(row.getLong(1), Optional.ofNullable(row.getString(2))))
        .list();
  }

  /** The page and the count that were found together. */
  <T> ListPage<T> rows(Handle handle, List<Found> found, ListRequest request, RowMapper<T> mapper) {
    List<String> ids = found.stream().flatMap(each -> each.id().stream()).toList();
    return rows(handle, ids, found.getFirst().count(), request, mapper);
  }

  /**
   * The page with these ids. A statement of its own: looked for in the one that finds the ids,
   * PostgreSQL may go through the whole table for them.
   */
  private <T> ListPage<T> rows(
      Handle handle, List<String> ids, long count, ListRequest request, RowMapper<T> mapper) {
    if (ids.isEmpty()) {
      return new ListPage<>(List.of(), count);
    }
    SortColumn sort = known(sortColumns.get(request.sortField()), request.sortField());
    String rows = "SELECT %s FROM %s WHERE %s IN (<found>)".formatted(columns, table, idColumn);
    return new ListPage<>(
        handle.createQuery(rows + order(request, sort)).bindList("found", ids).map(mapper).list(),
        count);
  }

  /**
   * The page and the count in one pass, unless there are more matches than that. Both tables are
   * made once, on PostgreSQL the first only as far as the second asks for its rows: it is not told
   * the limit, for which it would go about it otherwise.
   */
  <T> Optional<ListPage<T>> fewAtOnce(
      Handle handle, Dialect dialect, ListRequest request, RowMapper<T> mapper, int most) {
    SortColumn sort = known(sortColumns.get(request.sortField()), request.sortField());
    String limit = " LIMIT " + (most + 1);
    String first = dialect == Dialect.SQLITE ? limit : "";
    String ids =
        "WITH found AS MATERIALIZED (SELECT %s AS found_id, %s AS found_sort%s%s), "
                .formatted(idColumn, sort.column(), matching(request), first)
            + "few AS MATERIALIZED (SELECT found_id, found_sort FROM found"
            + limit
            + ") SELECT c.found_count, p.found_id FROM (SELECT COUNT(*) AS found_count FROM few) c"
            + " LEFT JOIN (SELECT f.found_id FROM few f"
            + order(request, "f.found_sort", sort.nullable(), "f.found_id")
            + " LIMIT :listLimit OFFSET :listOffset) p ON TRUE";
    List<Found> found = found(handle, ids, request);
    return found.getFirst().count() > most
        ? Optional.empty()
        : Optional.of(rows(handle, found, request, mapper));
  }

  /**
   * Counts, and then sorts what matches or walks along the order.
   *
   * @param mostSorted matches that are sorted
   * @param many from more matches on the walk is that of the other list
   */
  <T> ListPage<T> counted(
      Handle handle,
      ListRequest request,
      RowMapper<T> mapper,
      int mostSorted,
      long many,
      ListQuery walking) {
    long count = count(handle, request);
    return (count > many ? walking : this).at(handle, request, mapper, count, mostSorted);
  }

  /** The page of a list of which the count is known. */
  <T> ListPage<T> at(
      Handle handle, ListRequest request, RowMapper<T> mapper, long count, int mostSorted) {
    SortColumn sort = known(sortColumns.get(request.sortField()), request.sortField());
    long offset = (long) request.page() * request.perPage();
    if (offset >= count) {
      return new ListPage<>(List.of(), count);
    }
    String matching = matching(request);
    String order = order(request, sort);
    String selected = isKeyed ? idColumn : columns;
    String sql =
        isKeyed && count <= mostSorted
            ? sortedIds(request, sort, matching, mostSorted)
            : "SELECT " + selected + matching + order;
    Query page =
        parameters(handle.createQuery(sql + " LIMIT :listLimit OFFSET :listOffset"), request)
            .bind("listLimit", request.perPage())
            .bind("listOffset", offset);
    return isKeyed
        ? rows(handle, page.mapTo(String.class).list(), count, request, mapper)
        : new ListPage<>(page.map(mapper).list(), count);
  }

  /** One page without the count. */
  public <T> List<T> items(Handle handle, ListRequest request, RowMapper<T> mapper) {
    SortColumn sort = known(sortColumns.get(request.sortField()), request.sortField());
    String sql =
        "SELECT "
            + columns
            + matching(request)
            + order(request, sort)
            + " LIMIT :listLimit OFFSET :listOffset";
    return parameters(handle.createQuery(sql), request)
        .bind("listLimit", request.perPage())
        .bind("listOffset", (long) request.page() * request.perPage())
        .map(mapper)
        .list();
  }

  /** How many there are on all pages. */
  public long count(Handle handle, ListRequest request) {
    return parameters(handle.createQuery("SELECT COUNT(*)" + matching(request)), request)
        .mapTo(Long.class)
        .one();
  }

  /** From FROM on, with the conditions and the filter. */
  String matching(ListRequest request) {
    return " FROM " + table + whereClause(request);
  }

  /**
   * The ids of all that matches, looked for and then sorted. The limit, which cuts nothing off,
   * keeps the databases from taking the two apart.
   */
  private String sortedIds(ListRequest request, SortColumn sort, String matching, int most) {
    return "SELECT f.found_id FROM (SELECT %s AS found_id, %s AS found_sort%s LIMIT %d) f"
            .formatted(idColumn, sort.column(), matching, most)
        + order(request, "f.found_sort", sort.nullable(), "f.found_id");
  }

  private String whereClause(ListRequest request) {
    var all = new ArrayList<>(conditions);
    request
        .filter()
        .ifPresent(filter ->
            all.add(
                known(filterColumns.get(filter.field()), filter.field())
                    + " LIKE :"
                    + GLOB
                    + " ESCAPE :listEscape"));
    return all.isEmpty() ? "" : " WHERE " + String.join(" AND ", all);
  }

  private String order(ListRequest request, SortColumn sort) {
    String order = order(request, sort.column(), sort.nullable(), idColumn);
    return samePlace.isEmpty()
        ? order
        : order.replaceFirst("ORDER BY ", "ORDER BY " + samePlace + direction(request) + ", ");
  }

  private static String direction(ListRequest request) {
    return switch (request.direction()) {
      case ASCENDING -> " ASC";
      case DESCENDING -> " DESC";
    };
  }

  private static String order(
      ListRequest request, String column, boolean nullable, String identifier) {
    String direction = direction(request);
    String nulls =
        switch (request.direction()) {
          case ASCENDING -> " NULLS FIRST";
          case DESCENDING -> " NULLS LAST";
        };
    return " ORDER BY "
        + column
        + direction
        + (nullable ? nulls : "")
        + ", "
        + identifier
        + direction;
  }

  private static <V> V known(@Nullable V column, String field) {
    if (column == null) {
      throw new IllegalArgumentException("the list knows no field " + field);
    }
    return column;
  }

  /** Binds the values of the conditions and the filter. */
  Query parameters(Query query, ListRequest request) {
    OwnPlan.of(query);
    values.forEach(query::bind);
    request
        .filter()
        .ifPresent(filter ->
            query
                .bind(GLOB, filter.glob().toLike())
                .bind("listEscape", String.valueOf(Glob.ESCAPE)));
    return query;
  }
}
