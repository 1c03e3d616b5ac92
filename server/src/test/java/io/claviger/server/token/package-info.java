@NullMarked
package io.claviger.server.token;

import org.jspecify.annotations.NullMarked;
