/** Access keys: what devices of an application authenticate with. */
@NullMarked
package io.claviger.server.key;

import org.jspecify.annotations.NullMarked;
