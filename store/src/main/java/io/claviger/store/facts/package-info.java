/**
 * What the decision needs to know, read from the database or from memory. Knows nothing of HTTP.
 */
@NullMarked
package io.claviger.store.facts;

import org.jspecify.annotations.NullMarked;
