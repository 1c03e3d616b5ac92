/** Applications, and what of them and of dashboards a user may see. */
@NullMarked
package io.claviger.store.application;

import org.jspecify.annotations.NullMarked;
