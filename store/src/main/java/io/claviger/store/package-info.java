/**
 * Where everything is kept: SQL on SQLite or PostgreSQL, one text for both with small differences.
 */
@NullMarked
package io.claviger.store;

import org.jspecify.annotations.NullMarked;
