/** What operators can set. */
@NullMarked
package io.claviger.server.settings;

import org.jspecify.annotations.NullMarked;
