@NullMarked
package io.claviger.acceptance;

import org.jspecify.annotations.NullMarked;
