/** What every part of the rules shares: the result of parsing text that somebody else wrote. */
@NullMarked
package io.claviger.core;

import org.jspecify.annotations.NullMarked;
