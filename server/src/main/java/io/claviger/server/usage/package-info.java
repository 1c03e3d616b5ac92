/** What credentials were used for, and why they were refused: for their owners. */
@NullMarked
package io.claviger.server.usage;

import org.jspecify.annotations.NullMarked;
