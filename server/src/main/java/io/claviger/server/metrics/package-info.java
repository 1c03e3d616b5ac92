/**
 * What the server tells its operators: request durations and the state of the JVM for Prometheus,
 * and whether it is alive and ready. Served on the management listener only.
 */
@NullMarked
package io.claviger.server.metrics;

import org.jspecify.annotations.NullMarked;
