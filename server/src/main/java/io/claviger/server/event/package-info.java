/** Events of applications: what has happened there, and what people did about it. */
@NullMarked
package io.claviger.server.event;

import org.jspecify.annotations.NullMarked;
