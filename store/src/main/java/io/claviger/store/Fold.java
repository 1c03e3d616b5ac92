package io.claviger.store;

/**
 * The form of a name by which it is searched and sorted without regard to case (WIR-13). Kept in a
 * column beside the name, because the databases fold differently: SQLite knows ASCII only, and
 * PostgreSQL asks the locale of the server.
 */
public final class Fold {
  private Fold() {}

  /**
   * Folds each code point to one code point: to upper case, then to lower case, without a locale.
   * So {@code ?} counts the same characters before and after, and a folded text has no upper case.
   * Accents stay, and composed and decomposed forms stay different.
   */
  public static String fold(String text) {
    var folded = new StringBuilder(text.length());
    text.codePoints()
        .map(point -> Character.toLowerCase(Character.toUpperCase(point)))
        .forEach(folded::appendCodePoint);
    return folded.toString();
  }
}
