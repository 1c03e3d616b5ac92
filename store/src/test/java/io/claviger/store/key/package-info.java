@NullMarked
package io.claviger.store.key;

import org.jspecify.annotations.NullMarked;
