/** How many devices and messages there were when: statistics for people, on which nothing rests. */
@NullMarked
package io.claviger.server.count;

import org.jspecify.annotations.NullMarked;
