/** Tests of the package of the same name, through HTTP. */
@NullMarked
package io.claviger.server.changelog;

import org.jspecify.annotations.NullMarked;
