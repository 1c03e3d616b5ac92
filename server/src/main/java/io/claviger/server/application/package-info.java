/** Applications: {@code /applications}, and the lists of what they do not hold here. */
@NullMarked
package io.claviger.server.application;

import org.jspecify.annotations.NullMarked;
