@NullMarked
package io.claviger.server.api;

import org.jspecify.annotations.NullMarked;
