/** Applications and dashboards that get another owner. */
@NullMarked
package io.claviger.server.transfer;

import org.jspecify.annotations.NullMarked;
