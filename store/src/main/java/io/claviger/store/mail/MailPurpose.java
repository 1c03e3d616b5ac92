package io.claviger.store.mail;

import java.util.List;
import java.util.Locale;

/** What a message to the owner of an account is about. */
public enum MailPurpose {
  /** A link that shows that the owner reads mail to this address (USR-14). */
  VERIFY,
  /** A link for a new password. */
  RESET,
  /** The same, since the account is its user's own from now on and the password was ended. */
  RELEASED,
  /** Somebody has set a new password. */
  PASSWORD_CHANGED,
  /** The account has another address; goes to the one before. */
  EMAIL_CHANGED,
  /** A second factor was set up or taken away. */
  SECOND_FACTOR_CHANGED;

  /** Messages that hold a link. */
  public static final List<MailPurpose> LINKS = List.of(VERIFY, RESET, RELEASED);

  private final String text = name().toLowerCase(Locale.ROOT);

  /** As it stands in the tables. */
  public String text() {
    return text;
  }

  /** Whether the message holds a link that must stay secret. */
  public boolean hasLink() {
    return LINKS.contains(this);
  }
}
