package io.claviger.server.mail;

/** A message could not be handed over. */
public final class MailUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean permanent;

  /** It may work another time. */
  public MailUnavailable(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * A message could not be handed over.
   *
   * @param message without anything of the message or its address
   * @param permanent whether it would be refused another time, too
   */
  public MailUnavailable(String message, Throwable cause, boolean permanent) {
    super(message, cause);
    this.permanent = permanent;
  }

  /** Whether it would be refused another time, too. */
  public boolean permanent() {
    return permanent;
  }
}
