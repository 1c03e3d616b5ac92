package io.claviger.server.settings;

import java.util.Optional;

/**
 * How messages to people are sent.
 *
 * @param server that takes them; empty to put them as files into the data folder
 * @param from the sender's address; empty to make one of the public URL
 * @param verifyAddresses whether an account can be used for much before its address is verified
 *     (USR-14)
 */
public record MailSettings(
    Optional<SmtpServer> server, Optional<String> from, boolean verifyAddresses) {

  /** Whether messages are sent that nobody has asked for: there is somebody to deliver them. */
  public boolean sendsUnasked() {
    return verifyAddresses || server.isPresent();
  }

  /** How a connection is kept from readers on its way. */
  public enum Protection {
    /** TLS from the first byte (RFC 8314). */
    TLS,
    /** STARTTLS before anything is said; without it nothing is sent (RFC 3207). */
    STARTTLS,
    /** In the clear: for a server on the same machine. */
    NONE
  }

  /**
   * A server for submission.
   *
   * @param user empty for a server that asks for no name
   * @param password empty text when there is no user
   */
  public record SmtpServer(
      String host, int port, Protection protection, Optional<String> user, String password) {
    @Override
    public String toString() {
      return "SmtpServer[" + host + ":" + port + ", " + protection + "]";
    }
  }
}
