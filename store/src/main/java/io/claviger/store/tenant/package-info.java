/** Organizations as tenants: their tokens, and the people whom an identity system gives them. */
@NullMarked
package io.claviger.store.tenant;

import org.jspecify.annotations.NullMarked;
