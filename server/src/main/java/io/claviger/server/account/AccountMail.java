package io.claviger.server.account;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.secret.LinkSecret;
import io.claviger.core.secret.Secret;
import io.claviger.server.mail.Mail;
import io.claviger.server.mail.MailSender;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.mail.MailLinkStore;
import io.claviger.store.mail.MailLinkStore.MailLink;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.mail.OutboxRow;
import io.claviger.store.mail.OutboxStore;
import io.claviger.store.user.UserRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Messages to the owners of accounts, as rows that wait until a {@link MailSender} sends them. */
public final class AccountMail implements MailSender.Outbox {
  private final OutboxStore outbox;
  private final MailLinkStore links;
  private final MailSender sender;
  private final AccountMessages messages;
  private final ObjectIdSource ids;
  private final RandomGenerator random;
  private final boolean notices;

  /**
   * Puts messages into the database.
   *
   * @param notices whether owners are told of what happened to their account; without a mail server
   *     nobody would deliver it
   * @param publicUrl that links begin with, without a slash at the end
   */
  public AccountMail(
      Database database,
      MailSender sender,
      boolean notices,
      Supplier<String> publicUrl,
      ObjectIdSource ids,
      RandomGenerator random) {
    this.outbox = new OutboxStore(database);
    this.links = new MailLinkStore(database);
    this.sender = sender;
    this.notices = notices;
    this.messages = new AccountMessages(publicUrl);
    this.ids = ids;
    this.random = random;
  }

  /** Has a link sent once the transaction is committed. */
  void link(Transaction transaction, UserRow user, MailPurpose purpose, String email) {
    outbox.put(transaction, ids.next(), user.id(), purpose, email);
  }

  /** Ends the links of a purpose that were sent to an account, and those that wait to be sent. */
  void endLinks(Transaction transaction, UserRow user, MailPurpose purpose) {
    links.removeAll(transaction, user.id(), purpose);
    outbox.remove(transaction, user.id(), purpose);
    if (purpose == MailPurpose.RESET) {
      endLinks(transaction, user, MailPurpose.RELEASED);
    }
  }

  /** Tells the owner what happened, at the address that the account had before it. */
  void notice(Transaction transaction, UserRow before, MailPurpose purpose) {
    if (notices && before.email().length() <= Mail.ADDRESS_LENGTH_MAX) {
      outbox.put(transaction, ids.next(), before.id(), purpose, before.email());
    }
  }

  /**
   * Says that a transaction with a message was committed: it is sent now and not at the next look.
   */
  void wake() {
    sender.wake();
  }

  @Override
  public boolean hasDue(Instant now) {
    return outbox.hasDue(now);
  }

  @Override
  public Optional<MailSender.Outgoing> claim(Transaction transaction, Duration lease) {
    return outbox
        .claim(transaction, lease)
        .map(row -> {
          Optional<Secret> link =
              row.purpose().hasLink() ? Optional.of(link(transaction, row)) : Optional.empty();
          return new MailSender.Outgoing(
              row.purpose().text(),
              row.attempts(),
              row.createdAt().plus(lifetime(row.purpose())),
              () -> messages.of(row, link),
              done -> outbox.remove(done, row),
              (later, time) -> outbox.postpone(later, row, time));
        });
  }

  @Override
  public void hurry(Transaction transaction) {
    outbox.hurry(transaction);
  }

  private Secret link(Transaction transaction, OutboxRow row) {
    Secret secret = LinkSecret.issue(random);
    Instant end = transaction.now().plus(lifetime(row.purpose()));
    links.insert(
        transaction,
        secret.digest(),
        linkOf(row.purpose()),
        new MailLink(row.user(), row.email(), end));
    return secret;
  }

  /** What a link is good for: whoever is released sets a password like anybody else. */
  private static MailPurpose linkOf(MailPurpose message) {
    return message == MailPurpose.RELEASED ? MailPurpose.RESET : message;
  }

  /** How long a link works, and for how long sending the message is tried. */
  static Duration lifetime(MailPurpose purpose) {
    return switch (purpose) {
      case RESET -> Duration.ofHours(1);
      case VERIFY, RELEASED, PASSWORD_CHANGED, EMAIL_CHANGED, SECOND_FACTOR_CHANGED ->
          Duration.ofHours(24);
    };
  }
}
