@NullMarked
package io.claviger.server.dashboard;

import org.jspecify.annotations.NullMarked;
