@NullMarked
package io.claviger.server.event;

import org.jspecify.annotations.NullMarked;
