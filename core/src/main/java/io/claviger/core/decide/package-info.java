/** The one decision: may this bearer do this action at this place, from here, now? */
@NullMarked
package io.claviger.core.decide;

import org.jspecify.annotations.NullMarked;
