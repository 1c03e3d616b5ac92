/** The API document and the page that shows it. */
@NullMarked
package io.claviger.server.docs;

import org.jspecify.annotations.NullMarked;
