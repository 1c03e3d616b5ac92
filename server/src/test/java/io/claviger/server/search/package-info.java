/** Tests of the search. */
@NullMarked
package io.claviger.server.search;

import org.jspecify.annotations.NullMarked;
