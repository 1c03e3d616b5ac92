/**
 * What devices report and what is asked about it: times, values and their conversion, windows of
 * time and aggregation (STA-1 to STA-12). JSON is read elsewhere; here are values.
 */
@NullMarked
package io.claviger.core.state;

import org.jspecify.annotations.NullMarked;
