@NullMarked
package io.claviger.server.transfer;

import org.jspecify.annotations.NullMarked;
