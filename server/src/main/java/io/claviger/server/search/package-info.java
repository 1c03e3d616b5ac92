/** Finding what stands in an application by a part of its name. */
@NullMarked
package io.claviger.server.search;

import org.jspecify.annotations.NullMarked;
