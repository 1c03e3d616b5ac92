/** Work that nobody waits for. */
@NullMarked
package io.claviger.server.background;

import org.jspecify.annotations.NullMarked;
