/** The running product: wiring, settings and the HTTP API. */
@NullMarked
package io.claviger.server;

import org.jspecify.annotations.NullMarked;
