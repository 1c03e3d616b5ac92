/**
 * From a request to a decision: reads the credential, gathers the facts, asks the rules and says
 * what the bearer may know of the answer. Decides nothing itself.
 */
@NullMarked
package io.claviger.server.access;

import org.jspecify.annotations.NullMarked;
