/** Devices over HTTP. */
@NullMarked
package io.claviger.server.device;

import org.jspecify.annotations.NullMarked;
