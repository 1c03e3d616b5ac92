@NullMarked
package io.claviger.server.organization;

import org.jspecify.annotations.NullMarked;
