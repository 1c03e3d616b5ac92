package io.claviger.server.http;

import java.util.List;
import java.util.Locale;

/**
 * How refusals are told below a path, for a protocol that has a form of its own for them. It covers
 * all of them: also those of paths without a route, of requests that never reach one, and faults.
 */
public interface ErrorForm {
  /** The form of everything else: {@code {type, message}}, and 405 for whatever is not mapped. */
  ErrorForm PLAIN = new Plain();

  /** The first segments of the paths that it is for, in lower case. */
  List<String> prefix();

  /** The answer that tells a client of the protocol. */
  Response.Json response(ApiException error);

  /**
   * What a request is refused with that no route is for.
   *
   * @param mapped whether the path has a route for another method
   */
  ApiException unmapped(String method, boolean mapped);

  /** Whether it is for a path with these segments. */
  default boolean covers(List<String> segments) {
    List<String> prefix = prefix();
    if (segments.size() < prefix.size()) {
      return false;
    }
    for (int i = 0; i < prefix.size(); i++) {
      if (!segments.get(i).toLowerCase(Locale.ROOT).equals(prefix.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** ERR-2. */
  final class Plain implements ErrorForm {
    private Plain() {}

    @Override
    public List<String> prefix() {
      return List.of();
    }

    @Override
    public Response.Json response(ApiException error) {
      return error.toResponse();
    }

    @Override
    public ApiException unmapped(String method, boolean mapped) {
      return ApiException.methodNotAllowed(method);
    }
  }
}
