package io.claviger.server.http;

import java.util.Optional;

/** The request methods that a route may have (RFC 9110 section 9, RFC 5789). */
public enum Method {
  GET,
  HEAD,
  POST,
  PUT,
  PATCH,
  DELETE,
  OPTIONS;

  /** The method of that name in upper case, or empty. */
  static Optional<Method> of(String name) {
    return switch (name) {
      case "GET" -> Optional.of(GET);
      case "HEAD" -> Optional.of(HEAD);
      case "POST" -> Optional.of(POST);
      case "PUT" -> Optional.of(PUT);
      case "PATCH" -> Optional.of(PATCH);
      case "DELETE" -> Optional.of(DELETE);
      case "OPTIONS" -> Optional.of(OPTIONS);
      default -> Optional.empty();
    };
  }

  /** Whether a body sent with this method means something; otherwise it is ignored (WIR-4). */
  boolean hasBody() {
    return switch (this) {
      case POST, PUT, PATCH -> true;
      case GET, HEAD, DELETE, OPTIONS -> false;
    };
  }
}
