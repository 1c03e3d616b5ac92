/** What happens to things when their owner goes. */
@NullMarked
package io.claviger.server.ownership;

import org.jspecify.annotations.NullMarked;
