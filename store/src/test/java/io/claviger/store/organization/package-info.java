@NullMarked
package io.claviger.store.organization;

import org.jspecify.annotations.NullMarked;
