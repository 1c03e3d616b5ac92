/** Accounts over HTTP. */
@NullMarked
package io.claviger.server.account;

import org.jspecify.annotations.NullMarked;
