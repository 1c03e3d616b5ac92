/** Devices on both databases. */
@NullMarked
package io.claviger.store.device;

import org.jspecify.annotations.NullMarked;
