/** What belongs to an owner, across the features. */
@NullMarked
package io.claviger.store.ownership;

import org.jspecify.annotations.NullMarked;
