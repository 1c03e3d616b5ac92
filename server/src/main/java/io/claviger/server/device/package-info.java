/**
 * Devices with their tags and attributes ({@code /applications/.../devices}). Every list, lookup of
 * names and bulk action is narrowed to what its caller reaches (KEY-44).
 */
@NullMarked
package io.claviger.server.device;

import org.jspecify.annotations.NullMarked;
