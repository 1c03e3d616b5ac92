/**
 * The API document as a judge: what {@code spec/openapi.yaml} says about bodies and answers is what
 * the server accepts and what tests demand of it. Knows nothing of HTTP routing, of stores or of
 * rules that need more than the body itself.
 */
@NullMarked
package io.claviger.server.contract;

import org.jspecify.annotations.NullMarked;
