/** What somebody can present: log-in sessions, API tokens, device sessions, access keys. */
@NullMarked
package io.claviger.core.credential;

import org.jspecify.annotations.NullMarked;
