package io.claviger.server.mail;

/** A message could not be handed over; it is lost. */
public final class MailUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MailUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
