package io.claviger.server.organization;

import io.claviger.core.secret.LinkSecret;
import io.claviger.core.secret.Secret;
import io.claviger.server.mail.MailSender;
import io.claviger.server.mail.Message;
import io.claviger.server.mail.MessageLinks;
import io.claviger.store.Transaction;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.InvitationRow.Inviter;
import io.claviger.store.organization.InvitationStore;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Writes to those who are invited. Invitations wait in the database until they are sent; the token
 * is made then, and the message is the only place that has it.
 */
final class InvitationMail implements MailSender.Outbox {
  /** Code points; keeps a line of a message, and what a stranger can make us send, short. */
  private static final int NAME_LENGTH_MAX = 100;

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final InvitationStore invitations;
  private final Supplier<String> publicUrl;
  private final RandomGenerator random;

  InvitationMail(InvitationStore invitations, Supplier<String> publicUrl, RandomGenerator random) {
    this.invitations = invitations;
    this.publicUrl = publicUrl;
    this.random = random;
  }

  @Override
  public boolean hasDue(Instant now) {
    return invitations.hasUnsent(now);
  }

  /** Every attempt has a link of its own: nobody knows of an earlier one whether it arrived. */
  @Override
  public Optional<MailSender.Outgoing> claim(Transaction transaction, Duration lease) {
    return invitations
        .claimUnsent(transaction, lease)
        .map(unsent -> {
          InvitationRow invitation = unsent.invitation();
          Secret token = LinkSecret.issue(random);
          invitations.addLink(transaction, invitation.id(), token.digest());
          return new MailSender.Outgoing(
              "invitation",
              unsent.attempts(),
              invitation.expiresAt(),
              () -> message(invitation, token),
              done -> invitations.sent(done, invitation),
              (later, time) -> invitations.postpone(later, invitation, time));
        });
  }

  @Override
  public void hurry(Transaction transaction) {
    invitations.hurry(transaction);
  }

  private Message message(InvitationRow invitation, Secret token) {
    String inviter = invitation.inviter().map(Inviter::fullName).orElse("Somebody");
    String text =
        clean(inviter)
            + " invites you to become a member of the organization\n\n    "
            + clean(invitation.organizationName())
            + "\n\nwith the role "
            + invitation.membership().role().wireName()
            + ". This link leads to the invitation and is for you alone:\n\n"
            + MessageLinks.to(publicUrl.get(), "invitation", token, invitation.email())
            + "\n\nIt works until "
            + DAY.format(invitation.expiresAt())
            + ". If you do not know what this is about, do nothing.\n";
    return new Message(invitation.email(), "Invitation to an organization", text);
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
