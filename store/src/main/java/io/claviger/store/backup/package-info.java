/** Copies of a whole database in one file, the same for both databases. */
@NullMarked
package io.claviger.store.backup;

import org.jspecify.annotations.NullMarked;
