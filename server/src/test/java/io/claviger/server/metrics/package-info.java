@NullMarked
package io.claviger.server.metrics;

import org.jspecify.annotations.NullMarked;
