@NullMarked
package io.claviger.server.access;

import org.jspecify.annotations.NullMarked;
