/** What the stores of state promise. */
@NullMarked
package io.claviger.store.state;

import org.jspecify.annotations.NullMarked;
