/** Devices as the rules see them: classes, tags, selections and reach. */
@NullMarked
package io.claviger.core.device;

import org.jspecify.annotations.NullMarked;
