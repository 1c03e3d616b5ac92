/** Tests of the package of the same name, through HTTP. */
@NullMarked
package io.claviger.server.tenant;

import org.jspecify.annotations.NullMarked;
