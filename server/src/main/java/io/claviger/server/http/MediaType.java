package io.claviger.server.http;

import java.util.Locale;

/** Tells JSON from other media types (RFC 9110 section 8.3, RFC 8259 section 11). */
final class MediaType {
  static final String JSON = "application/json";

  private MediaType() {}

  /** Whether a Content-Type is {@code application/json}, without a charset or with UTF-8. */
  static boolean isJson(String contentType) {
    if (contentType.equals(JSON)) {
      return true;
    }
    String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
    if (!parts[0].strip().equals(JSON)) {
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
