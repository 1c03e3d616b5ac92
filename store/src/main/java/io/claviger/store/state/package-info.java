/**
 * What devices report and are told. It is no configuration: nothing of it is in the change log, and
 * it is written in batches, many messages in one transaction.
 */
@NullMarked
package io.claviger.store.state;

import org.jspecify.annotations.NullMarked;
