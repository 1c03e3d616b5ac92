/** Removes from the change log what is not to be kept any longer. */
@NullMarked
package io.claviger.store.retention;

import org.jspecify.annotations.NullMarked;
