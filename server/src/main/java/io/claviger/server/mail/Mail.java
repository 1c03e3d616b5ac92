package io.claviger.server.mail;

/** Sends messages to people. What is in them is secret: no implementation logs any of it. */
@FunctionalInterface
public interface Mail {
  /** The longest address that mail can be sent to (RFC 5321 section 4.5.3.1.3). */
  int ADDRESS_LENGTH_MAX = 254;

  /**
   * Hands a message over for delivery. Slow: not to be called inside a write.
   *
   * @throws MailUnavailable when it cannot be handed over
   */
  void send(Message message);
}
