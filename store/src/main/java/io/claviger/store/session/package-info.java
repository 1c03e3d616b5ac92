/** Log-in sessions of users, and the removal of sessions that have ended. */
@NullMarked
package io.claviger.store.session;

import org.jspecify.annotations.NullMarked;
