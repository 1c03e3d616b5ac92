/** How much somebody may do in an organization, an application or a dashboard. */
@NullMarked
package io.claviger.core.role;

import org.jspecify.annotations.NullMarked;
