package io.claviger.store.mail;

import java.util.Locale;

/** What a message to the owner of an account is about. */
public enum MailPurpose {
  /** A link that shows that the owner reads mail to this address (USR-14). */
  VERIFY,
  /** A link for a new password. */
  RESET,
  /** Somebody has set a new password. */
  PASSWORD_CHANGED,
  /** The account has another address; goes to the one before. */
  EMAIL_CHANGED,
  /** A second factor was set up or taken away. */
  SECOND_FACTOR_CHANGED;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As it stands in the tables. */
  public String text() {
    return text;
  }

  /** Whether the message holds a link that must stay secret. */
  public boolean hasLink() {
    return this == VERIFY || this == RESET;
  }
}
