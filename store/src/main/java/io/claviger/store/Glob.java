package io.claviger.store;

import io.claviger.core.Parsed;

/**
 * A search pattern: {@code *} is any run of characters, {@code ?} is one character, everything else
 * is itself; it matches the whole text, without regard to case (WIR-13). A character is a Unicode
 * code point.
 *
 * @param pattern as the caller wrote it, at most {@link #LENGTH_MAX} UTF-16 units
 */
public record Glob(String pattern) {
  /** Twice the longest name that may be searched for, so that stars fit between. */
  public static final int LENGTH_MAX = 512;

  /** The character that takes the meaning from the next one, in {@link #toLike}. */
  public static final char ESCAPE = '\\';

  public Glob {
    if (pattern.length() > LENGTH_MAX) {
      throw new IllegalArgumentException("must have at most " + LENGTH_MAX + " characters");
    }
  }

  /** The pattern, or the reason why it is none. */
  public static Parsed<Glob> parse(String pattern) {
    return pattern.length() > LENGTH_MAX
        ? Parsed.rejected("must have at most " + LENGTH_MAX + " characters")
        : Parsed.ok(new Glob(pattern));
  }

  /** A text that means itself in {@code LIKE ... ESCAPE '\'}. */
  public static String literal(String text) {
    var like = new StringBuilder(text.length() + 8);
    text.codePoints()
        .forEach(point -> {
          if (point == '%' || point == '_' || point == ESCAPE) {
            like.append(ESCAPE);
          }
          like.appendCodePoint(point);
        });
    return like.toString();
  }

  /**
   * The same pattern for {@code LIKE ... ESCAPE '\'} on a {@linkplain Fold folded} column. A run of
   * stars becomes one, which bounds the time of the match.
   */
  public String toLike() {
    var like = new StringBuilder(pattern.length() + 8);
    int previous = 0;
    for (int point : Fold.fold(pattern).codePoints().toArray()) {
      switch (point) {
        case '*' -> {
          if (previous != '*') {
            like.append('%');
          }
        }
        case '?' -> like.append('_');
        case '%', '_', ESCAPE -> like.append(ESCAPE).appendCodePoint(point);
        default -> like.appendCodePoint(point);
      }
      previous = point;
    }
    return like.toString();
  }
}
