@NullMarked
package io.claviger.server.key;

import org.jspecify.annotations.NullMarked;
