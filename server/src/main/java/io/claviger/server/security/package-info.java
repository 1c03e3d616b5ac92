/** Passwords: hashing them slowly, and not too many at once. */
@NullMarked
package io.claviger.server.security;

import org.jspecify.annotations.NullMarked;
