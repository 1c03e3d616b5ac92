/**
 * What can be done, and which scope names grant it: the catalogue of actions and the vocabulary of
 * scopes.
 *
 * <p>A scope is a set of actions. Umbrella and wildcard names are stored as they are and follow the
 * catalogue when it grows; single names never cover anything new. Scope is necessary and never
 * sufficient: ownership and role are decided elsewhere, and nothing here knows about credentials.
 */
@NullMarked
package io.claviger.core.scope;

import org.jspecify.annotations.NullMarked;
