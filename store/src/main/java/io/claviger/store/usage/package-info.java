/** How credentials are used, and why they are refused. Not a change: no part of the change log. */
@NullMarked
package io.claviger.store.usage;

import org.jspecify.annotations.NullMarked;
