package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.claviger.core.change.ChainHead;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.HashChain;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The feed with a log and a clock in the hands of the test. */
class ChangeFeedTest {
  private static final Duration BOUND = Duration.ofSeconds(1);

  private final FakeLog log = new FakeLog();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final List<Long> heard = new CopyOnWriteArrayList<>();
  private final ChangeFeed feed = new ChangeFeed(log, 0, nanos::get);

  ChangeFeedTest() {
    feed.add(entries -> entries.forEach(entry -> heard.add(entry.sequence())));
    feed.start();
  }

  @AfterEach
  void close() {
    feed.close();
  }

  @Test
  void nodeIsCurrentForTheBoundAfterItsLastLook() {
    nanos.addAndGet(BOUND.toNanos());
    assertThat(feed.staleness()).isEqualTo(BOUND);
    assertThat(feed.current(BOUND)).isTrue();
    nanos.incrementAndGet();
    assertThat(feed.current(BOUND)).isFalse();
    log.look();
    await().until(() -> feed.current(Duration.ZERO));
  }

  @Test
  void lookThatFailsDoesNotMakeTheNodeCurrent() {
    log.broken = true;
    nanos.addAndGet(2 * BOUND.toNanos());
    log.look();
    await().until(() -> log.closed.get() > 0);
    assertThat(feed.current(BOUND)).isFalse();
    log.append(3);
    log.broken = false;
    log.look();
    await().until(() -> feed.current(Duration.ZERO));
    assertThat(heard).containsExactly(1L, 2L, 3L);
  }

  @Test
  void longBacklogIsHandedOverInOrder() {
    log.append(1234);
    log.look();
    await().until(() -> feed.position() == 1234);
    assertThat(heard).hasSize(1234).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void ownEntriesAreHandedOverAtOnceAndThoseBeforeThemStillCome() {
    log.append(3);
    feed.publish(log.entries.subList(2, 3));
    assertThat(heard).containsExactly(3L);
    assertThat(feed.position()).isZero();
    log.look();
    await().until(() -> feed.position() == 3);
    assertThat(heard).contains(1L, 2L, 3L);
    feed.publish(log.entries.subList(2, 3));
    assertThat(heard).endsWith(3L).hasSize(4);
  }

  /** Such as an entry of a newer node that this one cannot read yet. */
  @Test
  void whatIsNotExpectedDoesNotEndTheFollowing() {
    for (Throwable odd : List.of(new NoSuchElementException("odd"), new StackOverflowError())) {
      long before = log.closed.get();
      log.odd = odd;
      log.look();
      await().until(() -> log.closed.get() > before);
    }
    log.odd = null;
    log.append(2);
    log.look();
    await().until(() -> feed.position() == 2);
    assertThat(heard).containsExactly(1L, 2L);
  }

  /** Cut off for longer than the log is kept: what is missing may be what took a right away. */
  @Test
  void whoMissedEntriesThatAreGoneStaysOutOfDate() {
    log.append(3);
    log.look();
    await().until(() -> feed.position() == 3);
    log.append(3);
    log.entries.subList(0, 5).clear();
    nanos.addAndGet(2 * BOUND.toNanos());
    log.look();
    await().until(() -> log.closed.get() > 0);
    log.look();
    await().until(() -> log.closed.get() > 1);
    assertThat(feed.current(BOUND)).isFalse();
    assertThat(feed.position()).isEqualTo(3);
    assertThat(heard).containsExactly(1L, 2L, 3L);
  }

  /** A log that others write to, looked at when the test says so. */
  private static final class FakeLog implements ChangeSource {
    private final List<ChangeEntry> entries = new CopyOnWriteArrayList<>();
    private final Semaphore looks = new Semaphore(0);
    private final AtomicLong closed = new AtomicLong();
    private volatile boolean broken;
    private volatile @Nullable Throwable odd;

    void append(int count) {
      for (int i = 0; i < count; i++) {
        ChainHead head = entries.isEmpty() ? HashChain.genesis() : entries.getLast().head();
        entries.add(HashChain.next(head, Changes.of("thing"), Instant.EPOCH));
      }
    }

    void look() {
      looks.release();
    }

    @Override
    public boolean hasOtherWriters() {
      return true;
    }

    @Override
    public void await(boolean retry) throws InterruptedException {
      looks.acquire();
    }

    @Override
    public void wake() {}

    @Override
    public List<ChangeEntry> after(long sequence, int limit) throws SQLException {
      if (broken) {
        throw new SQLException("on purpose");
      }
      switch (odd) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> {}
      }
      return entries.stream().filter(entry -> entry.sequence() > sequence).limit(limit).toList();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }
}
