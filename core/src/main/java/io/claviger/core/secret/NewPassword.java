package io.claviger.core.secret;

import java.nio.charset.StandardCharsets;

/**
 * A password that satisfies the {@link PasswordPolicy}, on its way to a slow password hash. It
 * cannot be printed and is compared by identity only.
 */
public final class NewPassword {
  private final String text;

  NewPassword(String text) {
    this.text = text;
  }

  /** The UTF-8 bytes that go into the password hash; a new array each time, to be wiped after. */
  public byte[] utf8() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "NewPassword[redacted]";
  }
}
