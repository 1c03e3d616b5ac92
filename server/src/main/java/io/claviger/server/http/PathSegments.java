package io.claviger.server.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits a path at its slashes and decodes each part on its own. */
final class PathSegments {
  /** More than any route has. */
  static final int SEGMENTS_MAX = 64;

  private PathSegments() {}

  /**
   * The segments of a path: {@code /a/b%2Fc} is {@code [a, b/c]} (RUN-6), {@code /a/} is {@code [a,
   * ""]} and {@code /} is {@code [""]}. A semicolon is an ordinary character.
   *
   * @param rawPath as in the request target, without query
   * @throws ApiException 400 for a path that does not begin with a slash, has an empty segment
   *     before its last or a dot segment, encoded or not, or is not percent-encoded UTF-8 without
   *     NUL
   */
  static List<String> parse(String rawPath) {
    if (rawPath.isEmpty() || rawPath.charAt(0) != '/') {
      throw ApiException.badRequest("The path must begin with a slash");
    }
    List<String> segments = new ArrayList<>(8);
    int start = 1;
    while (true) {
      int slash = rawPath.indexOf('/', start);
      int end = slash < 0 ? rawPath.length() : slash;
      @Nullable String segment = PercentDecoder.decodePath(rawPath, start, end);
      if (segment == null) {
        throw ApiException.badRequest("The path is not percent-encoded UTF-8");
      }
      if (segment.equals(".") || segment.equals("..") || (segment.isEmpty() && slash >= 0)) {
        throw ApiException.badRequest("The path must not have empty or dot segments");
      }
      if (segments.size() == SEGMENTS_MAX) {
        throw ApiException.badRequest("The path has too many segments");
      }
      segments.add(segment);
      if (slash < 0) {
        return segments;
      }
      start = slash + 1;
    }
  }
}
