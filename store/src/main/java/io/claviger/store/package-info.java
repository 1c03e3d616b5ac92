/**
 * Where everything is kept: SQL on SQLite or PostgreSQL, one text for both with small differences.
 *
 * <p>Conventions of every table: identifiers and names are text that compares by bytes; times are
 * {@code BIGINT} milliseconds since 1970; yes or no is {@code SMALLINT} 1 or 0; digests are bytes;
 * JSON is text. A name that people search or sort by has a second column with its {@link
 * io.claviger.store.Fold folded} form. {@link io.claviger.store.SqlTypes} binds and reads these
 * forms, so that stores pass {@link java.time.Instant}, {@code boolean} and {@link
 * java.util.Optional} as they are.
 */
@NullMarked
package io.claviger.store;

import org.jspecify.annotations.NullMarked;
