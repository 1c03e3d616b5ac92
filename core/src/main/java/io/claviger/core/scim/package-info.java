/**
 * The two little languages of SCIM (RFC 7644): filters, and the paths of PATCH operations. Reading
 * them needs nothing but the text; what an attribute is, is known elsewhere.
 */
@NullMarked
package io.claviger.core.scim;

import org.jspecify.annotations.NullMarked;
