/** What an operator can set: read once, checked whole, unknown names refused. */
@NullMarked
package io.claviger.server.settings;

import org.jspecify.annotations.NullMarked;
