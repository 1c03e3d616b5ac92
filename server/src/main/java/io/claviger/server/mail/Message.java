package io.claviger.server.mail;

/**
 * A plain-text message.
 *
 * @param to the address: printable ASCII without blanks, at most {@link Mail#ADDRESS_LENGTH_MAX}
 *     characters
 * @param subject printable ASCII, at most 78 characters
 * @param text lines that end with a line feed, each at most 998 bytes in UTF-8 (RFC 5322 section
 *     2.1.1)
 */
public record Message(String to, String subject, String text) {
  private static final int SUBJECT_LENGTH_MAX = 78;

  /**
   * Refuses what would become more than one header line.
   *
   * @throws IllegalArgumentException for an address or a subject that is not as said above
   */
  public Message {
    boolean address =
        to.length() <= Mail.ADDRESS_LENGTH_MAX && to.chars().allMatch(c -> c > ' ' && c < 0x7F);
    boolean line =
        subject.length() <= SUBJECT_LENGTH_MAX
            && subject.chars().allMatch(c -> c >= ' ' && c < 0x7F);
    if (!address || !line) {
      throw new IllegalArgumentException("address and subject must each be one line of ASCII");
    }
  }

  @Override
  public String toString() {
    return "Message[redacted]";
  }
}
