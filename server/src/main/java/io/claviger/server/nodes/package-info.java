/**
 * Between the nodes that share a database: what goes through one of them reaches those who listen
 * at another. Nothing is kept here and nothing is decided.
 */
@NullMarked
package io.claviger.server.nodes;

import org.jspecify.annotations.NullMarked;
