/** A running server for tests, and people and things in its database. */
@NullMarked
package io.claviger.server.testing;

import org.jspecify.annotations.NullMarked;
