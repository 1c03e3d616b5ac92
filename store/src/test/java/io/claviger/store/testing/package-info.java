/** Databases for tests, of this module and of those above it. */
@NullMarked
package io.claviger.store.testing;

import org.jspecify.annotations.NullMarked;
