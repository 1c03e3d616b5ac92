@NullMarked
package io.claviger.server.count;

import org.jspecify.annotations.NullMarked;
