package io.claviger.store;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * A part of a {@linkplain ListQuery#keyed keyed} list that may be very long: ways to a page of it
 * and to the count of all that matches, both of one state of the database.
 *
 * @param matching the part by its conditions
 * @param walking the same for a walk along the order past rows of which most match: it tells of a
 *     row whether it matches, with nothing made before, such as a set of ids
 */
public record ListPart(Dialect dialect, ListQuery matching, ListQuery walking) {
  /**
   * Matches of which a set takes as long to make as a walk past the rows that do not match, in
   * lists of some hundred thousand.
   */
  static final int MANY = 40_000;

  /** A page within the first of so many parts of the matches is near the beginning. */
  private static final int NEAR = 20;

  /** Matches that are all looked at before there is a count. */
  private static final int FEW_AT_ONCE = 12_000;

  /**
   * By the conditions. PostgreSQL first goes through the matches until there are more than some
   * pages, and when there are not has the page and the count at once. SQLite does so for a filter,
   * which mostly leaves few of the rows that it looks at: otherwise what is made for such a pass,
   * such as a set of ids, would be made again for the next too often.
   *
   * @param findsMost whether most rows match, so that no such pass is tried; a guess
   */
  public <T> ListPage<T> page(
      Handle handle, ListRequest request, RowMapper<T> mapper, boolean findsMost) {
    boolean isTried =
        switch (dialect) {
          case POSTGRESQL -> !findsMost;
          case SQLITE -> request.filter().isPresent();
        };
    Optional<ListPage<T>> few =
        isTried
            ? matching.fewAtOnce(handle, dialect, request, mapper, FEW_AT_ONCE)
            : Optional.empty();
    return few.orElseGet(
        () -> matching.counted(handle, request, mapper, ListQuery.FEW, many(request), walking));
  }

  /** Matches from which on a walk row by row is at the end of the page first. */
  private long many(ListRequest request) {
    return switch (dialect) {
      case SQLITE -> MANY;
      // It has good ways to a page that is not near the beginning.
      case POSTGRESQL -> Math.max(MANY, (request.page() + 1L) * request.perPage() * NEAR);
    };
  }

  /**
   * By statements that find the ids: the count in one pass over them, and with it the page if there
   * are few.
   *
   * @param all where the ids are looked up
   * @throws IllegalArgumentException if the request has a filter, which those statements do not
   *     know
   */
  public <T> ListPage<T> pageOf(
      Handle handle, ListRequest request, RowMapper<T> mapper, FoundIds ids, ListQuery all) {
    return pageOf(handle, request, mapper, ids, all, many(request));
  }

  /** The same with another opinion on how many are many. */
  <T> ListPage<T> pageOf(
      Handle handle,
      ListRequest request,
      RowMapper<T> mapper,
      FoundIds ids,
      ListQuery all,
      long many) {
    requireNoFilter(request);
    List<ListQuery.Found> found = matching.found(handle, all.idsOf(dialect, ids, request), request);
    long count = found.getFirst().count();
    return count <= ids.few()
        ? matching.rows(handle, found, request, mapper)
        : (count > many ? walking : matching).at(handle, request, mapper, count, 0);
  }

  /**
   * By a statement that finds the ids of all that is left out: it is counted, and not the part.
   *
   * @param others finds the {@code owner_id} of each row that is left out, once
   * @param all the whole list
   * @throws IllegalArgumentException if the request has a filter
   */
  public <T> ListPage<T> pageWithout(
      Handle handle, ListRequest request, RowMapper<T> mapper, String others, ListQuery all) {
    requireNoFilter(request);
    String counts =
        "SELECT (SELECT COUNT(*)%s) - (SELECT COUNT(*) FROM (%s) o)"
            .formatted(all.matching(request), others);
    long count = matching.parameters(handle.createQuery(counts), request).mapTo(Long.class).one();
    return (count > many(request) ? walking : matching)
        .at(handle, request, mapper, count, ListQuery.FEW);
  }

  private static void requireNoFilter(ListRequest request) {
    if (request.filter().isPresent()) {
      throw new IllegalArgumentException("the ids are found without a filter");
    }
  }
}
