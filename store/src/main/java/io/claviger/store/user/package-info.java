/** Accounts of people. */
@NullMarked
package io.claviger.store.user;

import org.jspecify.annotations.NullMarked;
