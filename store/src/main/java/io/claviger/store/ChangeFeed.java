package io.claviger.store;

import io.claviger.core.change.ChangeEntry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands committed entries of the change log to listeners, which drop the facts they have cached,
 * and knows how current that makes this node (revocation has a bound).
 *
 * <p>What a listener may rely on:
 *
 * <ul>
 *   <li>It gets every entry that is committed after it was added, at least once. An entry of this
 *       node comes before the write returns, and on PostgreSQL may come again; so a listener
 *       forgets what it knows of the subject, it does not count, and it does not apply the {@code
 *       after}.
 *   <li>The calls come one at a time, mostly in the order of the log.
 *   <li>It may read the database, it must not write, and it must be quick: the writer waits.
 * </ul>
 *
 * <p>A listener that throws does not undo the commit, and the caller of the write does not hear of
 * it: the write is done, and to report an error would make it do it again. But what the listener
 * keeps may now be out of date, so from that moment {@link #current} says no, until the entries
 * have been handed over again with success. Decisions that rest on cached facts must not be made
 * while it says no.
 *
 * <p>A thread follows the log by number and looks after {@link #LONGEST_WAIT} at the latest; on
 * PostgreSQL a notice wakes it earlier, and a lost notice or connection costs time and never an
 * entry. On SQLite no other node writes, only now and then a command of an operator, so there the
 * node is current unless a listener failed.
 */
public final class ChangeFeed implements AutoCloseable {
  /** Between two looks at the log; a fifth of the second within which revocation must be known. */
  static final Duration LONGEST_WAIT = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(ChangeFeed.class);
  private static final int PAGE = 500;

  private final ChangeSource source;
  private final LongSupplier nanoTime;
  private final List<Consumer<List<ChangeEntry>>> listeners = new CopyOnWriteArrayList<>();

  /** Held while listeners are called: one call at a time. */
  private final ReentrantLock delivering = new ReentrantLock();

  private final Thread follower;

  /** Every entry up to here has been handed over. Changed only under {@link #delivering}. */
  private volatile long position;

  /** When the last look began after which nothing was left to hand over. */
  private volatile long currentAt;

  /** Whether a listener has not taken an entry yet. */
  private volatile boolean failing;

  private volatile boolean closed;

  ChangeFeed(ChangeSource source, long position, LongSupplier nanoTime) {
    this.source = source;
    this.position = position;
    this.nanoTime = nanoTime;
    this.currentAt = nanoTime.getAsLong();
    this.follower = Thread.ofPlatform().daemon().name("change-feed").unstarted(this::follow);
  }

  void start() {
    follower.start();
  }

  void add(Consumer<List<ChangeEntry>> listener) {
    listeners.add(listener);
  }

  /**
   * How long ago this node last knew everything that was committed anywhere. Zero on SQLite while
   * no listener has failed.
   */
  public Duration staleness() {
    if (!source.hasOtherWriters() && !failing) {
      return Duration.ZERO;
    }
    return Duration.ofNanos(Math.max(0, nanoTime.getAsLong() - currentAt));
  }

  /** Whether cached facts may be used: no listener is behind and the staleness is in the bound. */
  public boolean current(Duration bound) {
    return !failing && staleness().compareTo(bound) <= 0;
  }

  /** The number of the last entry that all listeners have got. */
  public long position() {
    return position;
  }

  /** Hands over what this node has just committed. Never throws. */
  void publish(List<ChangeEntry> committed) {
    if (committed.isEmpty()) {
      return;
    }
    delivering.lock();
    try {
      List<ChangeEntry> fresh = beyondPosition(committed);
      if (fresh.isEmpty()) {
        return;
      }
      if (!deliver(fresh)) {
        fail();
      } else if (fresh.getFirst().sequence() == position + 1) {
        position = fresh.getLast().sequence();
      }
    } finally {
      delivering.unlock();
    }
  }

  private List<ChangeEntry> beyondPosition(List<ChangeEntry> entries) {
    return entries.stream().filter(entry -> entry.sequence() > position).toList();
  }

  private void fail() {
    if (!failing && !source.hasOtherWriters()) {
      currentAt = nanoTime.getAsLong();
    }
    failing = true;
    source.wake();
  }

  private void follow() {
    while (!closed) {
      try {
        source.await(failing);
        long lookedAt = nanoTime.getAsLong();
        if (catchUp()) {
          currentAt = lookedAt;
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      } catch (SQLException | RuntimeException | Error e) {
        // Whatever it is: without this thread nobody would hear of what others write.
        if (!closed) {
          LOG.warn("cannot follow the change log", e);
          source.close();
          pause();
        }
      }
    }
  }

  /** Hands over all that is new; whether that succeeded. */
  private boolean catchUp() throws SQLException {
    while (!closed) {
      List<ChangeEntry> page = source.after(position, PAGE);
      if (page.isEmpty()) {
        return clearFailure();
      }
      if (!handOver(page)) {
        return false;
      }
    }
    return false;
  }

  private boolean handOver(List<ChangeEntry> page) {
    delivering.lock();
    try {
      List<ChangeEntry> fresh = beyondPosition(page);
      if (!fresh.isEmpty()) {
        requireNoGap(fresh.getFirst().sequence());
        if (!deliver(fresh)) {
          failing = true;
          return false;
        }
        position = fresh.getLast().sequence();
      }
      return true;
    } finally {
      delivering.unlock();
    }
  }

  /**
   * After an outage that was longer than the log is kept, this node does not know what it missed:
   * it stays out of date until it is started again.
   */
  private void requireNoGap(long next) {
    if (next > position + 1) {
      throw new IllegalStateException(
          "entries "
              + (position + 1)
              + " to "
              + (next - 1)
              + " of the change log were removed before this node read them; start it again");
    }
  }

  /**
   * The failure is over when nothing is left, unless another one came between the look and now:
   * that one's entries are beyond the position.
   */
  private boolean clearFailure() throws SQLException {
    delivering.lock();
    try {
      if (failing && !source.after(position, 1).isEmpty()) {
        return false;
      }
      failing = false;
      return true;
    } finally {
      delivering.unlock();
    }
  }

  /** Calls every listener, also after one has failed; whether all took the entries. */
  private boolean deliver(List<ChangeEntry> entries) {
    boolean taken = true;
    for (Consumer<List<ChangeEntry>> listener : listeners) {
      try {
        listener.accept(entries);
      } catch (RuntimeException | Error e) {
        LOG.error(
            "a listener failed at entries {} to {}; cached facts are not used until it succeeds",
            entries.getFirst().sequence(),
            entries.getLast().sequence(),
            e);
        taken = false;
      }
    }
    return taken;
  }

  /** Before the next attempt at a database that did not answer. */
  private void pause() {
    LockSupport.parkNanos(LONGEST_WAIT.toNanos() / 2);
  }

  /** Ends the thread; entries are no longer handed over. */
  @Override
  public void close() {
    closed = true;
    source.wake();
    follower.interrupt();
    boolean interrupted = false;
    try {
      follower.join(Duration.ofSeconds(5));
    } catch (InterruptedException _) {
      interrupted = true;
    }
    source.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
