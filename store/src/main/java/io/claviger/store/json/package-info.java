/** Lists and role documents that stand as JSON in text columns. */
@NullMarked
package io.claviger.store.json;

import org.jspecify.annotations.NullMarked;
