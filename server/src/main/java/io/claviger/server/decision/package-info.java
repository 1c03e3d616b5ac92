/** Decisions for others: may this credential do that? */
@NullMarked
package io.claviger.server.decision;

import org.jspecify.annotations.NullMarked;
