/** Messages to people. */
@NullMarked
package io.claviger.server.mail;

import org.jspecify.annotations.NullMarked;
