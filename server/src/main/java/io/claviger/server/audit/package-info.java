/** The audit log of an organization and of an account: views of the change log (AUD-1 to AUD-8). */
@NullMarked
package io.claviger.server.audit;

import org.jspecify.annotations.NullMarked;
