@NullMarked
package io.claviger.store.audit;

import org.jspecify.annotations.NullMarked;
