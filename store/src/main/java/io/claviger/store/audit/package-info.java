/** The change log as its readers see it: that of an organization, and that of an account. */
@NullMarked
package io.claviger.store.audit;

import org.jspecify.annotations.NullMarked;
