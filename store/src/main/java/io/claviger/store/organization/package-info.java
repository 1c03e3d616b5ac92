/** Organizations, their members, and those who are invited to become members. */
@NullMarked
package io.claviger.store.organization;

import org.jspecify.annotations.NullMarked;
