package io.claviger.store.user;

/**
 * The slow hash of a password in its text form. It cannot be printed by accident.
 *
 * @param text with algorithm, parameters and salt; empty for an account that never had a password
 */
public record PasswordHash(String text) {
  /** In place of a password that somebody else may know: nothing fits it, and it can be reset. */
  public static final PasswordHash ENDED = new PasswordHash("!");

  /** Whether the account has no password, so that nobody can log in with one. */
  public boolean isNone() {
    return text.isEmpty() || equals(ENDED);
  }

  /** Whether there is or was one, so that another may take its place. */
  public boolean canBeReset() {
    return !text.isEmpty();
  }

  @Override
  public String toString() {
    return "PasswordHash[redacted]";
  }
}
