/**
 * Advanced queries as they come, in JSON, and as they run, in SQL. {@link
 * io.claviger.store.query.QueryParser} reads them, {@link io.claviger.store.query.QueryCompiler}
 * makes conditions for a {@link io.claviger.store.ListQuery} of them.
 */
@NullMarked
package io.claviger.store.query;

import org.jspecify.annotations.NullMarked;
