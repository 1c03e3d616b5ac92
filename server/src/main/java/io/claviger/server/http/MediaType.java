package io.claviger.server.http;

import java.util.Locale;

/**
 * Tells JSON, also in the name that SCIM gives it (RFC 7644 section 3.1), from other media types
 * (RFC 9110 section 8.3, RFC 8259 section 11).
 */
final class MediaType {
  static final String JSON = "application/json";
  static final String SCIM = "application/scim+json";

  private MediaType() {}

  /** Whether a Content-Type is one of JSON, without a charset or with UTF-8. */
  static boolean isJson(String contentType) {
    if (contentType.equals(JSON)) {
      return true;
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals(JSON) && !parts[0].strip().equals(SCIM)) {
      return false;
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (!parameter.isEmpty() && !parameter.equals("charset=utf-8")) {
        return false;
      }
    }
    return true;
  }
}
