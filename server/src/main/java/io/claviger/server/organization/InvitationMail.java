package io.claviger.server.organization;

import io.claviger.core.secret.Secret;
import io.claviger.server.http.ApiException;
import io.claviger.server.mail.Mail;
import io.claviger.server.mail.MailUnavailable;
import io.claviger.server.mail.Message;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.InvitationRow.Inviter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes to those who are invited. The message is the only place that has the token. */
final class InvitationMail {
  private static final Logger LOG = LoggerFactory.getLogger(InvitationMail.class);

  /** Code points; keeps a line of a message, and what a stranger can make us send, short. */
  private static final int NAME_LENGTH_MAX = 100;

  private final Mail mail;
  private final Supplier<String> publicUrl;

  InvitationMail(Mail mail, Supplier<String> publicUrl) {
    this.mail = mail;
    this.publicUrl = publicUrl;
  }

  /**
   * Sends the link of an invitation.
   *
   * @param token what the link proves itself with
   * @throws ApiException 503 when it cannot be sent
   */
  void send(InvitationRow invitation, Secret token) {
    String inviter = invitation.inviter().map(Inviter::fullName).orElse("Somebody");
    String text =
        clean(inviter)
            + " invites you to become a member of the organization\n\n    "
            + clean(invitation.organizationName())
            + "\n\nwith the role "
            + invitation.membership().role().wireName()
            + ". This link leads to the invitation and is for you alone:\n\n"
            + publicUrl.get()
            + "/invites?token="
            + token.revealOnce()
            + "&email="
            + URLEncoder.encode(invitation.email(), StandardCharsets.UTF_8)
            + "\n\nIt works for seven days. If you do not know what this is about, do nothing.\n";
    try {
      mail.send(new Message(invitation.email(), "Invitation to an organization", text));
    } catch (MailUnavailable e) {
      LOG.warn("an invitation could not be sent", e);
      throw ApiException.unavailable(
          "The invitation is kept, but could not be sent; invite again to send it");
    }
  }

  /** A name on one line, without characters that change how the rest of the message looks. */
  private static String clean(String name) {
    var cleaned = new StringBuilder();
    name.codePoints()
        .limit(NAME_LENGTH_MAX)
        .map(point -> isPlain(point) ? point : ' ')
        .forEach(cleaned::appendCodePoint);
    return cleaned.toString();
  }

  private static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
