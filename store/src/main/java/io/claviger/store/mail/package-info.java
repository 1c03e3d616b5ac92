/**
 * Messages that wait to be sent, and the links that were sent. Nothing here can be used by its
 * reader.
 */
@NullMarked
package io.claviger.store.mail;

import org.jspecify.annotations.NullMarked;
