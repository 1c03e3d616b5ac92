package io.claviger.server.mail;

import io.claviger.server.background.Background;
import io.claviger.store.Database;
import io.claviger.store.Dialect;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the messages that wait in the database. That one is to be sent is written together with
 * what causes it, and without a link: the link is made in the moment of sending, so its secret is
 * in the message and nowhere else. Sending is tried again until it succeeds or nobody can want it
 * any more; a message may therefore come twice, but is not lost, whenever the process dies.
 */
public final class MailSender implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MailSender.class);

  /** Longer than sending may take, so that no other node sends the same meanwhile. */
  private static final Duration LEASE = Duration.ofMinutes(3);

  private static final Duration FIRST_DELAY = Duration.ofSeconds(30);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(30);
  private static final int DOUBLINGS_MAX = 6;
  private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofSeconds(10);
  private static final String FAILURE = "messages wait";

  private final Database database;
  private final Mail mail;
  private final InstantSource clock;
  private final List<Outbox> outboxes = new CopyOnWriteArrayList<>();
  private final ReentrantLock sending = new ReentrantLock();
  private final Background sender = new Background("mail");

  /** Sends nothing before {@link #start}. */
  public MailSender(Database database, Mail mail, InstantSource clock) {
    this.database = database;
    this.mail = mail;
    this.clock = clock;
  }

  /** Where messages wait. */
  public interface Outbox {
    /** Whether a message is due. */
    boolean hasDue(Instant now);

    /**
     * Takes a message that is due, and makes the link that is in it.
     *
     * @param lease until the next attempt: if the node dies meanwhile, another one tries again
     */
    Optional<Outgoing> claim(Transaction transaction, Duration lease);

    /** Makes everything due that waits for its next attempt. */
    void hurry(Transaction transaction);
  }

  /**
   * A message on its way.
   *
   * @param kind what it is about, in a word
   * @param attempts how often it was tried, this time included
   * @param end from when on nobody can want it any more
   * @param message makes the message
   * @param remove takes it out of the outbox
   * @param postpone says when it is tried next
   */
  public record Outgoing(
      String kind,
      int attempts,
      Instant end,
      Supplier<Message> message,
      Consumer<Transaction> remove,
      BiConsumer<Transaction, Instant> postpone) {}

  /** Has the messages of an outbox sent, too. */
  public void add(Outbox outbox) {
    outboxes.add(outbox);
  }

  /**
   * Begins to look for messages that wait. Where this process is the only one, nobody is sending
   * what was claimed before it: that is tried at once, and so is what a mail server did not take
   * from the process before, which may have been stopped for just that reason.
   */
  public void start() {
    hurry();
    sender.every(FIRST_LOOK, LOOK, FAILURE, this::run);
  }

  private void hurry() {
    if (database.dialect() != Dialect.SQLITE) {
      return;
    }
    try {
      database.run(transaction -> outboxes.forEach(outbox -> outbox.hurry(transaction)));
    } catch (StoreUnavailable e) {
      LOG.info("messages that wait are tried when they are due", e);
    }
  }

  /**
   * Says that a transaction with a message was committed: it is sent now and not at the next look.
   */
  public void wake() {
    sender.once(FAILURE, this::run);
  }

  /** Sends everything that is due; returns when this has been tried. */
  public void run() {
    sending.lock();
    try {
      for (Outbox outbox : outboxes) {
        while (!sender.closed() && outbox.hasDue(clock.instant()) && sendNext(outbox)) {
          // One after the other: a mail server has its own ideas of how much is too much.
        }
      }
    } finally {
      sending.unlock();
    }
  }

  private boolean sendNext(Outbox outbox) {
    Optional<Outgoing> claimed = database.write(transaction -> outbox.claim(transaction, LEASE));
    claimed.ifPresent(this::send);
    return claimed.isPresent();
  }

  private void send(Outgoing outgoing) {
    try {
      mail.send(outgoing.message().get());
      database.run(outgoing.remove());
    } catch (MailUnavailable e) {
      failed(outgoing, e);
    } catch (IllegalArgumentException e) {
      failed(outgoing, new MailUnavailable("the message cannot be written", e, true));
    } catch (StoreUnavailable e) {
      throw e;
    } catch (RuntimeException e) {
      // Its text may be of the message: the name alone is logged.
      failed(outgoing, new MailUnavailable("unexpectedly, " + e.getClass().getName(), e));
    }
  }

  /** Neither address nor text are logged: who has an account here is nobody's business. */
  private void failed(Outgoing outgoing, MailUnavailable problem) {
    boolean late = !clock.instant().isBefore(outgoing.end());
    boolean over = late || problem.permanent();
    LOG.warn(
        "a message ({}) could not be sent, attempt {}{}: {}",
        outgoing.kind(),
        outgoing.attempts(),
        over ? ", given up" : "",
        problem.getMessage());
    database.run(transaction -> {
      if (over) {
        outgoing.remove().accept(transaction);
      } else {
        Instant next = transaction.now().plus(delay(outgoing.attempts()));
        outgoing.postpone().accept(transaction, next);
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
    sender.close();
  }
}
