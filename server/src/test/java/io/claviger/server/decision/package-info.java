@NullMarked
package io.claviger.server.decision;

import org.jspecify.annotations.NullMarked;
