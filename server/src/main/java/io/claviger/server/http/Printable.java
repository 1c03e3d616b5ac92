package io.claviger.server.http;

/** Makes names that a client chose fit to be repeated in a message or a log. */
final class Printable {
  private static final int LENGTH_MAX = 100;

  private Printable() {}

  /** The name when it is short and plain ASCII, otherwise {@code a field}. */
  static String field(String name) {
    if (name.isEmpty() || name.length() > LENGTH_MAX) {
      return "a field";
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean digit = c >= '0' && c <= '9';
      if (!letter && !digit && "_-.$[]".indexOf(c) < 0) {
        return "a field";
      }
    }
    return name;
  }
}
