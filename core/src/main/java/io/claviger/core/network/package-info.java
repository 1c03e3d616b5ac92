/**
 * Where a request comes from, and whether it may come from there (KEY-50 to KEY-55): addresses,
 * ranges, the address rule of an access key, and the client's address behind trusted proxies.
 *
 * <p>Everything here is text and arithmetic. Nothing resolves a name or opens a connection.
 */
@NullMarked
package io.claviger.core.network;

import org.jspecify.annotations.NullMarked;
