/**
 * SCIM 2.0 (RFC 7643, RFC 7644): an identity system keeps the users of an organization in step with
 * its own, and says which of them have which role.
 */
@NullMarked
package io.claviger.server.scim;

import org.jspecify.annotations.NullMarked;
