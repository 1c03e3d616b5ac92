/**
 * What an advanced query of a list asks for (QRY-1 to QRY-14), as values: which fields there are,
 * how they are compared and how conditions are joined. Knows neither JSON nor SQL.
 */
@NullMarked
package io.claviger.core.query;

import org.jspecify.annotations.NullMarked;
