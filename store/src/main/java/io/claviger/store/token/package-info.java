/** API tokens of users and of applications. */
@NullMarked
package io.claviger.store.token;

import org.jspecify.annotations.NullMarked;
