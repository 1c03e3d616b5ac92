/** Tests of the package of the same name, through HTTP. */
@NullMarked
package io.claviger.server.scim;

import org.jspecify.annotations.NullMarked;
