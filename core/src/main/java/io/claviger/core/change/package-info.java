/**
 * Who changed what: the entries of the change log and the hash chain that makes a later edit of the
 * log visible. Knows nothing of where the log is kept.
 */
@NullMarked
package io.claviger.core.change;

import org.jspecify.annotations.NullMarked;
