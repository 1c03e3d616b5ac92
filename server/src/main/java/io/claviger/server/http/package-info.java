/**
 * The HTTP edge: sockets, limits, paths, queries, JSON, headers, error bodies. It knows nothing of
 * credentials or rules, and no type of the HTTP library leaves it: a handler sees a {@link
 * io.claviger.server.http.Request} and answers with a {@link io.claviger.server.http.Response} or
 * throws an {@link io.claviger.server.http.ApiException}.
 */
@NullMarked
package io.claviger.server.http;

import org.jspecify.annotations.NullMarked;
