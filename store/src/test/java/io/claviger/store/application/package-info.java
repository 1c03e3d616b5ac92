@NullMarked
package io.claviger.store.application;

import org.jspecify.annotations.NullMarked;
