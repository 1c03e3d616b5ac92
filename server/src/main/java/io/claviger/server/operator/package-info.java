/**
 * What an operator does by command line, where a password or a second factor is lost: beside a
 * running server too. It needs no credential but access to the database or to the data folder.
 */
@NullMarked
package io.claviger.server.operator;

import org.jspecify.annotations.NullMarked;
