/** Organizations: their members, invitations to become one, and their end (ORG-1 to ORG-15). */
@NullMarked
package io.claviger.server.organization;

import org.jspecify.annotations.NullMarked;
