@NullMarked
package io.claviger.store.retention;

import org.jspecify.annotations.NullMarked;
