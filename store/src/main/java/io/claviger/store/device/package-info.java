/**
 * Devices with their tags and attributes. Which of them somebody may see is a {@link
 * io.claviger.store.device.DeviceFilter} like any other condition, so that pages and counts are
 * exact.
 */
@NullMarked
package io.claviger.store.device;

import org.jspecify.annotations.NullMarked;
