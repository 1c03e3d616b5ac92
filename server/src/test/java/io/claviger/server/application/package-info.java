@NullMarked
package io.claviger.server.application;

import org.jspecify.annotations.NullMarked;
