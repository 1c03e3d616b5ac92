@NullMarked
package io.claviger.store.tenant;

import org.jspecify.annotations.NullMarked;
