package io.claviger.core.secret;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * What stands in a link that is sent by mail and proves that its bearer reads that mailbox. 40
 * lower-case hexadecimal digits, 160 bits: nothing that a mail program would cut off or encode.
 */
public final class LinkSecret {
  private static final int BYTES = 20;

  private LinkSecret() {}

  /**
   * A new one.
   *
   * @param random must be a cryptographic source outside tests
   */
  public static Secret issue(RandomGenerator random) {
    var bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new Secret(HexFormat.of().formatHex(bytes));
  }
}
