package io.claviger.server.mail;

import io.claviger.core.secret.Secret;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The links in messages, to pages that the server has for them. */
public final class MessageLinks {
  private MessageLinks() {}

  /**
   * A link that proves that its bearer reads mail to an address. The secret stands behind a hash:
   * what stands there is not sent to servers, nor kept in their logs.
   *
   * @param publicUrl under which clients reach the server, without a slash at the end
   * @param page below {@code /account}
   */
  public static String to(String publicUrl, String page, Secret token, String email) {
    return publicUrl
        + "/account/"
        + page
        + "#token="
        + token.revealOnce()
        + "&email="
        + URLEncoder.encode(email, StandardCharsets.UTF_8);
  }
}
