/** Benchmarks of the decision, inside the process. */
@NullMarked
package io.claviger.benchmarks;

import org.jspecify.annotations.NullMarked;
