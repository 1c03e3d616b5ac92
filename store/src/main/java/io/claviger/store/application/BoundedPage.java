package io.claviger.store.application;

import io.claviger.core.Parsed;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * A page of rows that each may hold as much as a request body. The page is measured before it is
 * read, so that a thousand of the largest do not fill the memory.
 */
public final class BoundedPage {
  /** What the rows of one page may hold together. */
  public static final long BYTES_MAX = 16L << 20;

  private BoundedPage() {}

  /**
   * One page, or the reason why it is too long.
   *
   * @param query the list; its table has the alias {@code r} and a column {@code details}
   */
  public static <T> Parsed<ListPage<T>> read(
      Handle handle, ListQuery query, ListRequest request, RowMapper<T> mapper) {
    long bytes =
        columns(query, "OCTET_LENGTH(r.details) AS bytes")
            .page(handle, request, (row, _) -> row.getLong("bytes"))
            .items()
            .stream()
            .mapToLong(Long::longValue)
            .sum();
    return bytes > BYTES_MAX
        ? Parsed.rejected("must be smaller, the page would be longer than 16 MiB")
        : Parsed.ok(query.page(handle, request, mapper));
  }

  private static ListQuery columns(ListQuery query, String columns) {
    return new ListQuery(
        columns,
        query.table(),
        query.idColumn(),
        query.conditions(),
        query.sortColumns(),
        query.filterColumns(),
        query.values(),
        query.isKeyed(),
        query.samePlace());
  }
}
