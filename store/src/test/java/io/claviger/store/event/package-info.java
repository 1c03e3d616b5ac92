@NullMarked
package io.claviger.store.event;

import org.jspecify.annotations.NullMarked;
