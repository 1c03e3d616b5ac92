package io.claviger.store.user;

/**
 * The slow hash of a password in its text form. It cannot be printed by accident.
 *
 * @param text with algorithm, parameters and salt; empty for an account that has no password
 */
public record PasswordHash(String text) {
  /** Whether the account has no password, so that nobody can log in with one. */
  public boolean isNone() {
    return text.isEmpty();
  }

  @Override
  public String toString() {
    return "PasswordHash[redacted]";
  }
}
