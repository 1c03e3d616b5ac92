/** How devices authenticate: with an access key, or with somebody who vouches for them. */
@NullMarked
package io.claviger.server.devicelogin;

import org.jspecify.annotations.NullMarked;
