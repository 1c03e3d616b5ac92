/** What guards the log-in. */
@NullMarked
package io.claviger.server.security;

import org.jspecify.annotations.NullMarked;
