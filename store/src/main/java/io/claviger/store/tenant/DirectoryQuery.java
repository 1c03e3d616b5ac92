package io.claviger.store.tenant;

import io.claviger.core.scim.Filter;
import java.util.Optional;

/**
 * What to look for in a directory.
 *
 * @param filter who is meant; what SQL does not know of it is left out, so that more than is meant
 *     may be found, see {@link FilterSql}
 * @param sort SQL column to sort by, of {@link DirectoryStore#sortColumn}
 * @param offset entries to leave out, 0 or more
 * @param limit entries at most
 */
public record DirectoryQuery(
    Optional<Filter> filter, String sort, boolean descending, long offset, int limit) {}
