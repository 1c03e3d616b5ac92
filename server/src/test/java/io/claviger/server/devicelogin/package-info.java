@NullMarked
package io.claviger.server.devicelogin;

import org.jspecify.annotations.NullMarked;
