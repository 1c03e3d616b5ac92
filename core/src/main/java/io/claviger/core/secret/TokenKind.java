package io.claviger.core.secret;

/** What kind of credential a token value is; its prefix says so to people and to leak scanners. */
public enum TokenKind {
  /** A user API token. */
  USER('u'),
  /** An application API token. */
  APPLICATION('a'),
  /** A log-in session of a user. */
  SESSION('s'),
  /** A session of a device. */
  DEVICE('d'),
  /** A token of an OAuth client. */
  OAUTH('o');

  private final String prefix;

  TokenKind(char letter) {
    this.prefix = "cv" + letter + "_";
  }

  /** The four characters that every value of this kind begins with. */
  public String prefix() {
    return prefix;
  }
}
