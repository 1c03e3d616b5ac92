package io.claviger.server.mail;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages at once and sends them later, from memory: for what can be asked for once more,
 * such as an invitation. What waits is lost when the process ends; a message whose secret exists
 * nowhere else cannot be kept otherwise.
 */
public final class QueuedMail implements Mail, AutoCloseable {
  /** So many wait at most, some megabytes; one more is refused. */
  static final int WAITING_MAX = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(QueuedMail.class);

  /** Over half an hour, each time after twice as long. */
  private static final int ATTEMPTS_MAX = 8;

  private static final long CLOSE_SECONDS = 5;

  private final Mail mail;
  private final Duration firstDelay;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ScheduledExecutorService sender =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("mail-queue").daemon().factory());

  /**
   * Sends through another.
   *
   * @param firstDelay after which a message that failed is tried again
   */
  public QueuedMail(Mail mail, Duration firstDelay) {
    this.mail = mail;
    this.firstDelay = firstDelay;
  }

  @Override
  public void send(Message message) {
    if (waiting.incrementAndGet() > WAITING_MAX) {
      waiting.decrementAndGet();
      throw new MailUnavailable(
          "too many messages wait", new RejectedExecutionException("queue is full"));
    }
    sender.execute(() -> attempt(message, 1));
  }

  private void attempt(Message message, int attempt) {
    try {
      mail.send(message);
      waiting.decrementAndGet();
    } catch (MailUnavailable e) {
      boolean over = e.permanent() || attempt >= ATTEMPTS_MAX;
      LOG.warn(
          "a message could not be sent, attempt {}{}: {}",
          attempt,
          over ? ", given up" : "",
          e.getMessage());
      if (over || sender.isShutdown()) {
        waiting.decrementAndGet();
        return;
      }
      long millis = firstDelay.toMillis() << (attempt - 1);
      var _ = sender.schedule(() -> attempt(message, attempt + 1), millis, TimeUnit.MILLISECONDS);
    } catch (RuntimeException e) {
      waiting.decrementAndGet();
      LOG.error("a message could not be sent", e);
    }
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
