/**
 * Why an answer is what it is, and what would have to change. Decides nothing itself: it asks
 * {@link io.claviger.core.decide.Authorizer} about the question as it would be if something were
 * different.
 */
@NullMarked
package io.claviger.core.explain;

import org.jspecify.annotations.NullMarked;
