package io.claviger.store.usage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Equal uses of a credential in one hour.
 *
 * @param key what is equal
 * @param uses how many
 * @param first the time of the first of them
 * @param last the time of the last
 */
public record Usage(Key key, long uses, Instant first, Instant last) {
  private static final int ID_LENGTH = 24;

  /**
   * What uses have in common. Absent parts mean that several are counted together.
   *
   * @param action what was asked for
   * @param outcome {@code ok}, or the reason why it was refused
   * @param address of the client
   * @param userAgent what the client calls itself; not to be trusted
   * @param asked whether somebody else asked about the credential, and the client is his
   */
  public record Key(
      CredentialParty party,
      Optional<String> action,
      String outcome,
      Optional<String> address,
      Optional<String> userAgent,
      boolean asked) {
    /** The key of a use by the client itself. */
    public Key(
        CredentialParty party,
        Optional<String> action,
        String outcome,
        Optional<String> address,
        Optional<String> userAgent) {
      this(party, action, outcome, address, userAgent, false);
    }
  }

  /**
   * The id of the row: equal keys of one hour share it, on all nodes.
   *
   * @param hour milliseconds since 1970 at its beginning
   */
  static String id(Key key, long hour) {
    // Each part with its length, so that no two keys have the same text.
    StringBuilder text = new StringBuilder().append(hour);
    CredentialParty party = key.party();
    append(text, Optional.of(party.credential()));
    append(text, Optional.of(party.kind()));
    append(text, party.account());
    append(text, party.organization());
    append(text, party.application());
    append(text, key.action());
    append(text, Optional.of(key.outcome()));
    append(text, key.address());
    append(text, key.userAgent());
    if (key.asked()) {
      text.append("|asked");
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, ID_LENGTH);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  private static void append(StringBuilder text, Optional<String> part) {
    text.append('|').append(part.map(String::length).orElse(-1)).append('|');
    part.ifPresent(text::append);
  }
}
