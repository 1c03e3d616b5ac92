package io.claviger.server.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What waits for those who listen: so many messages for each of them, and so many bytes for all.
 * Where the bytes do not suffice, the one for whom most is waiting loses its place. So whoever does
 * not read takes nothing away from those who do.
 */
final class Backlogs<T> {
  /** Messages that wait for one. */
  static final int MESSAGES = 256;

  private final long bytes;
  private final ToLongFunction<? super T> size;
  private final AtomicLong waiting = new AtomicLong();
  private final Set<Backlog> open = ConcurrentHashMap.newKeySet();
  private final Object room = new Object();
  private volatile boolean closed;

  /**
   * None yet.
   *
   * @param bytes that wait for all of them
   * @param size of a message in bytes, about, and always the same
   */
  Backlogs(long bytes, ToLongFunction<? super T> size) {
    this.bytes = bytes;
    this.size = size;
  }

  /** The messages that wait for one who listens. To be closed. */
  final class Backlog implements AutoCloseable {
    private final BlockingQueue<T> messages = new ArrayBlockingQueue<>(MESSAGES);
    private final AtomicLong held = new AtomicLong();
    private volatile boolean ended;

    private Backlog() {}

    /** The next message; empty when none comes in that time, or nothing comes any more. */
    Optional<T> next(Duration patience) throws InterruptedException {
      @Nullable T message = ended ? null : messages.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (message != null) {
        count(-size.applyAsLong(message));
      }
      return Optional.ofNullable(message);
    }

    /** Whether nothing will come any more: a message did not fit, or all of it ends. */
    boolean ended() {
      return ended || closed;
    }

    /** Never blocks; ends it when the message does not fit. */
    void offer(T message) {
      boolean fits;
      synchronized (this) {
        if (ended) {
          return;
        }
        fits = messages.offer(message);
        if (fits) {
          count(size.applyAsLong(message));
        }
      }
      if (fits) {
        makeRoom();
      } else {
        end();
      }
    }

    private void count(long size) {
      held.addAndGet(size);
      waiting.addAndGet(size);
    }

    /** One after the other: whoever makes room must see all of the room that there is. */
    private void end() {
      synchronized (room) {
        List<T> dropped = new ArrayList<>();
        synchronized (this) {
          ended = true;
          messages.drainTo(dropped);
        }
        dropped.forEach(message -> count(-size.applyAsLong(message)));
      }
    }

    @Override
    public void close() {
      open.remove(this);
      end();
    }
  }

  /** Begins to gather messages. */
  Backlog open() {
    Backlog backlog = new Backlog();
    open.add(backlog);
    return backlog;
  }

  private void makeRoom() {
    if (waiting.get() <= bytes) {
      return;
    }
    synchronized (room) {
      while (waiting.get() > bytes) {
        Optional<Backlog> largest =
            open.stream()
                .filter(backlog -> !backlog.ended)
                .max(Comparator.comparingLong(backlog -> backlog.held.get()));
        if (largest.isEmpty()) {
          return;
        }
        largest.get().end();
      }
    }
  }

  /** Ends all of them. */
  void close() {
    closed = true;
  }
}
