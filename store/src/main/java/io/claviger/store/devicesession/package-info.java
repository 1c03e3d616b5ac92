/** What devices hold after they have authenticated over REST. */
@NullMarked
package io.claviger.store.devicesession;

import org.jspecify.annotations.NullMarked;
