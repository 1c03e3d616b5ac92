/** Dashboards. */
@NullMarked
package io.claviger.store.dashboard;

import org.jspecify.annotations.NullMarked;
