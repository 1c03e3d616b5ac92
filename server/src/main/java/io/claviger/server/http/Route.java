package io.claviger.server.http;

/**
 * One row of the route table.
 *
 * @param method the request method; GET answers HEAD too
 * @param template the path, such as {@code /applications/{applicationId}/keys}. A segment in braces
 *     is a parameter and matches any one segment that is not empty. A last segment of the form
 *     {@code {name*}} matches all that is left, at least one segment (see {@link Request#tail()}).
 * @param name what logs and metrics call it, such as {@code applicationKeys.get}; never holds
 *     anything from a request
 * @param handler answers it
 */
public record Route(Method method, String template, String name, Handler handler) {}
