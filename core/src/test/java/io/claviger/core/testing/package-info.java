/** What the tests of several packages share. */
@NullMarked
package io.claviger.core.testing;

import org.jspecify.annotations.NullMarked;
