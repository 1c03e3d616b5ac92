package io.claviger.server.account;

import io.claviger.core.secret.Totp;
import io.claviger.server.testing.TestServer;

/** An authenticator app in somebody's hand: reads a key and shows codes, at the server's time. */
final class Authenticator {
  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private final TestServer server;
  private final byte[] key;
  private String last;

  Authenticator(TestServer server, String key) {
    this.server = server;
    this.key = decode(key);
    this.last = "";
  }

  /** Turns base 32 back by writing the bits down, apart from how the server does it. */
  private static byte[] decode(String key) {
    StringBuilder bits = new StringBuilder();
    for (int i = 0; i < key.length(); i++) {
      bits.append(Integer.toBinaryString(32 + ALPHABET.indexOf(key.charAt(i))).substring(1));
    }
    byte[] bytes = new byte[bits.length() / 8];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(bits.substring(8 * i, 8 * i + 8), 2);
    }
    return bytes;
  }

  byte[] key() {
    return key.clone();
  }

  /** The code at this moment. */
  String present() {
    last = Totp.code(key, Totp.step(server.clock().instant()));
    return last;
  }

  /** The code that was given last, whatever the time is now. */
  String last() {
    return last;
  }

  /** A code that was not used yet: goes on with the time. */
  String next() {
    server.clock().advanceMillis(Totp.STEP_SECONDS * 2000L);
    return present();
  }
}
