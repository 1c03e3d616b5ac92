@NullMarked
package io.claviger.store.usage;

import org.jspecify.annotations.NullMarked;
