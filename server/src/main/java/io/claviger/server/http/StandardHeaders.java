package io.claviger.server.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import java.util.List;

/** The headers of every answer (WIR-17), put together once. */
final class StandardHeaders {
  static final HeaderName REQUEST_ID = HeaderNames.create("X-Request-Id");

  static final Header CONTENT_TYPE_JSON =
      HeaderValues.createCached("Content-Type", "application/json; charset=utf-8");

  private static final List<Header> SECURITY =
      List.of(
          header("Server", "Claviger"),
          header("Cache-Control", "no-cache, no-store, must-revalidate"),
          header("Pragma", "no-cache"),
          header("Vary", "Authorization"),
          header("X-Content-Type-Options", "nosniff"),
          // The filter of old browsers was itself a hole; 0 switches it off.
          header("X-XSS-Protection", "0"),
          header("X-Frame-Options", "DENY"),
          header("Referrer-Policy", "no-referrer"),
          header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"),
          header("Strict-Transport-Security", "max-age=31536000"));

  // Any origin may call, as credentials travel in a header that a page must hold itself; cookies
  // are never looked at, and Access-Control-Allow-Credentials is never sent.
  private static final List<Header> CROSS_ORIGIN =
      List.of(
          header("Access-Control-Allow-Origin", "*"),
          header("Access-Control-Expose-Headers", "X-Request-Id, WWW-Authenticate, Retry-After"));

  private static final List<Header> PREFLIGHT =
      List.of(
          header("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
          header(
              "Access-Control-Allow-Headers",
              "Authorization, Content-Type, Accept, Accept-Version, losantdomain"),
          header("Access-Control-Max-Age", "86400"));

  private StandardHeaders() {}

  /**
   * Adds what every answer has.
   *
   * @param crossOrigin whether web pages of other origins may read the answer
   */
  static void addTo(ServerResponseHeaders headers, boolean crossOrigin, String requestId) {
    SECURITY.forEach(headers::set);
    if (crossOrigin) {
      CROSS_ORIGIN.forEach(headers::set);
    }
    headers.set(HeaderValues.create(REQUEST_ID, requestId));
  }

  /** Adds the answer to the question which methods and headers a web page may send. */
  static void addPreflightTo(ServerResponseHeaders headers) {
    PREFLIGHT.forEach(headers::set);
  }

  private static Header header(String name, String value) {
    return HeaderValues.createCached(name, value);
  }
}
