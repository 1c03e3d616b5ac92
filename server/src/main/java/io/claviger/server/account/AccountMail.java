package io.claviger.server.account;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.secret.LinkSecret;
import io.claviger.core.secret.Secret;
import io.claviger.server.mail.Mail;
import io.claviger.server.mail.MailUnavailable;
import io.claviger.store.Database;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.Transaction;
import io.claviger.store.mail.MailLinkStore;
import io.claviger.store.mail.MailLinkStore.MailLink;
import io.claviger.store.mail.MailPurpose;
import io.claviger.store.mail.OutboxRow;
import io.claviger.store.mail.OutboxStore;
import io.claviger.store.user.UserRow;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to the owners of accounts. What is to be sent is a row, written together with what causes
 * it, and without a link: the link is made in the moment of sending, so its secret is in the
 * message and nowhere else. Sending is tried again until it succeeds or nobody can want it any
 * more; a message may therefore come twice, but is not lost.
 */
public final class AccountMail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccountMail.class);

  /** Longer than sending may take, so that no other node sends the same meanwhile. */
  private static final Duration LEASE = Duration.ofMinutes(3);

  private static final Duration FIRST_DELAY = Duration.ofSeconds(30);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(30);
  private static final int DOUBLINGS_MAX = 6;
  private static final long POLL_SECONDS = 10;
  private static final long CLOSE_SECONDS = 5;

  private final Database database;
  private final OutboxStore outbox;
  private final MailLinkStore links;
  private final Mail mail;
  private final AccountMessages messages;
  private final ObjectIdSource ids;
  private final RandomGenerator random;
  private final InstantSource clock;
  private final boolean notices;
  private final ReentrantLock sending = new ReentrantLock();
  private final ScheduledExecutorService sender =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("mail").daemon().factory());

  /**
   * Sends nothing before {@link #start}.
   *
   * @param notices whether owners are told of what happened to their account; without a mail server
   *     nobody would deliver it
   * @param publicUrl that links begin with, without a slash at the end
   */
  public AccountMail(
      Database database,
      Mail mail,
      boolean notices,
      Supplier<String> publicUrl,
      ObjectIdSource ids,
      RandomGenerator random,
      InstantSource clock) {
    this.database = database;
    this.outbox = new OutboxStore(database);
    this.links = new MailLinkStore(database);
    this.mail = mail;
    this.notices = notices;
    this.messages = new AccountMessages(publicUrl);
    this.ids = ids;
    this.random = random;
    this.clock = clock;
  }

  /** Begins to look for messages that wait. */
  public void start() {
    var _ = sender.scheduleWithFixedDelay(this::run, 1, POLL_SECONDS, TimeUnit.SECONDS);
  }

  /** Has a link sent once the transaction is committed. */
  void link(Transaction transaction, UserRow user, MailPurpose purpose, String email) {
    outbox.put(transaction, ids.next(), user.id(), purpose, email);
  }

  /** Ends the links of a purpose that were sent to an account, and those that wait to be sent. */
  void endLinks(Transaction transaction, UserRow user, MailPurpose purpose) {
    links.removeAll(transaction, user.id(), purpose);
    outbox.remove(transaction, user.id(), purpose);
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
    try {
      sender.execute(this::run);
    } catch (RejectedExecutionException _) {
      // The server stops; what waits is sent after the next start.
    }
  }

  /** Sends everything that is due; returns when this has been tried. */
  public void run() {
    sending.lock();
    try {
      while (outbox.hasDue(clock.instant()) && sendNext()) {
        // One after the other: a mail server has its own ideas of how much is too much.
      }
    } catch (StoreUnavailable e) {
      LOG.warn("messages wait: the database does not answer", e);
    } catch (RuntimeException e) {
      LOG.error("messages could not be sent", e);
    } finally {
      sending.unlock();
    }
  }

  /** A message on its way, with its link if it has one. */
  private record Claimed(OutboxRow row, Optional<Secret> link) {}

  private boolean sendNext() {
    Optional<Claimed> claimed = database.write(this::claim);
    claimed.ifPresent(this::send);
    return claimed.isPresent();
  }

  private Optional<Claimed> claim(Transaction transaction) {
    return outbox
        .claim(transaction, LEASE)
        .map(row -> {
          MailPurpose purpose = row.purpose();
          if (!purpose.hasLink()) {
            return new Claimed(row, Optional.empty());
          }
          Secret secret = LinkSecret.issue(random);
          Instant end = transaction.now().plus(lifetime(purpose));
          links.insert(
              transaction, secret.digest(), purpose, new MailLink(row.user(), row.email(), end));
          return new Claimed(row, Optional.of(secret));
        });
  }

  /** How long a link works, and for how long sending the message is tried. */
  static Duration lifetime(MailPurpose purpose) {
    return switch (purpose) {
      case RESET -> Duration.ofHours(1);
      case VERIFY, PASSWORD_CHANGED, EMAIL_CHANGED, SECOND_FACTOR_CHANGED -> Duration.ofHours(24);
    };
  }

  private void send(Claimed claimed) {
    OutboxRow row = claimed.row();
    try {
      mail.send(messages.of(row, claimed.link()));
      database.run(transaction -> outbox.remove(transaction, row));
    } catch (MailUnavailable e) {
      failed(row, e);
    } catch (IllegalArgumentException e) {
      failed(row, new MailUnavailable("the message cannot be written", e, true));
    }
  }

  /** Neither address nor text are logged: who has an account here is nobody's business. */
  private void failed(OutboxRow row, MailUnavailable problem) {
    boolean late = !clock.instant().isBefore(row.createdAt().plus(lifetime(row.purpose())));
    boolean over = late || problem.permanent();
    LOG.warn(
        "a message ({}) could not be sent, attempt {}{}: {}",
        row.purpose().text(),
        row.attempts(),
        over ? ", given up" : "",
        problem.getMessage());
    database.run(transaction -> {
      if (over) {
        outbox.remove(transaction, row);
      } else {
        outbox.postpone(transaction, row, transaction.now().plus(delay(row.attempts())));
      }
    });
  }

  private static Duration delay(int attempts) {
    Duration delay = FIRST_DELAY.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS_MAX));
    return delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
  }

  /** Lets a message that is being sent get through. */
  @Override
  public void close() {
    sender.shutdown();
    try {
      var _ = sender.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
