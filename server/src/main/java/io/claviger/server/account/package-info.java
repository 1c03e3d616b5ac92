/**
 * Accounts of people: logging in, signing up, the own account, and the first administrator. Whether
 * somebody may do something is decided before; here is only what a password has to say.
 */
@NullMarked
package io.claviger.server.account;

import org.jspecify.annotations.NullMarked;
