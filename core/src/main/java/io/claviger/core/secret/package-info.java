/**
 * Texts that must stay secret: issuing them, recognising them and comparing what is presented.
 *
 * <p>A secret exists in clear once, in the reply that creates it. Everything else sees its digest.
 * A plain SHA-256 is enough for texts drawn from 128 random bits or more, because they cannot be
 * guessed; passwords people choose are not digested here.
 */
@NullMarked
package io.claviger.core.secret;

import org.jspecify.annotations.NullMarked;
