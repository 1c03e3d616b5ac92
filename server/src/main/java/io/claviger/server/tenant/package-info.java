/** Personal access tokens, with which programs manage the users of an organization (LUC-1). */
@NullMarked
package io.claviger.server.tenant;

import org.jspecify.annotations.NullMarked;
