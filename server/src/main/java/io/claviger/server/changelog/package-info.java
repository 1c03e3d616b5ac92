/** The change log of an organization field by field, its exports, and signed checkpoints of it. */
@NullMarked
package io.claviger.server.changelog;

import org.jspecify.annotations.NullMarked;
