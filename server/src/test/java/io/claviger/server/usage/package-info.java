@NullMarked
package io.claviger.server.usage;

import org.jspecify.annotations.NullMarked;
