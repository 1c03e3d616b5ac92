/** Identifiers of objects: their text form and where new ones come from. */
@NullMarked
package io.claviger.core.id;

import org.jspecify.annotations.NullMarked;
