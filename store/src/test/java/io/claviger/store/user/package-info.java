/** Accounts and sessions on both databases. */
@NullMarked
package io.claviger.store.user;

import org.jspecify.annotations.NullMarked;
