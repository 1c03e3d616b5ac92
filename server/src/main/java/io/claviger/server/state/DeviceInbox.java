package io.claviger.server.state;

import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.Report;
import io.claviger.server.http.ApiException;
import io.claviger.store.Database;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.Transaction;
import io.claviger.store.state.Deposit;
import io.claviger.store.state.Deposit.Outcome;
import io.claviger.store.state.DepositStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what comes from and for devices, and writes many messages in one transaction. While one
 * batch waits for the disk the next one gathers, so nobody waits for company, and the more comes
 * the fewer transactions each message costs. A sender hears of its message after the commit.
 *
 * <p>Between the decision about a message and its turn its credential may be taken back, as with
 * any write. So the question is put once more for each message, from memory; and the transaction
 * goes on only if the change log still ends where it ended before they were put. When changes keep
 * coming in between, the questions are put inside the transaction, as other writes do.
 *
 * <p>While the database does not answer, the messages of those who wait for it stay here, in their
 * order and as long as there is room; those of others fail.
 */
public final class DeviceInbox implements AutoCloseable {
  /** Values of one batch: a few milliseconds for which other writes wait. */
  static final int BATCH_WEIGHT = 1_000;

  /** Values that may wait altogether. Beyond that senders are told to come back. */
  static final int WAITING_MAX = 200_000;

  /**
   * Characters of a text that weigh as much as a value: all that wait take some fifty megabytes.
   */
  static final int TEXT = 256;

  /** How often a batch begins anew because the change log has grown meanwhile. */
  private static final int ATTEMPTS = 3;

  private static final long CLOSE_SECONDS = 10;

  /** Between two attempts at a database that did not answer. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private static final Logger LOG = LoggerFactory.getLogger(DeviceInbox.class);

  private final Database database;
  private final DepositStore store;
  private final BiConsumer<Deposit, Outcome> kept;
  private final LinkedBlockingQueue<Entry> waiting = new LinkedBlockingQueue<>();
  private final Semaphore room = new Semaphore(WAITING_MAX);
  private final Thread writer;
  private volatile boolean closed;

  /** Whether a message may still be written. */
  @FunctionalInterface
  public interface Permission {
    /**
     * Asks anew; inside or outside of a write.
     *
     * @throws ApiException when it may not
     */
    void require();
  }

  /** What becomes of a message while the database does not answer. */
  public enum Patience {
    /** It fails: whoever sent it wants an answer and may come again. */
    NONE,
    /** It waits: whoever sent it is told when it is written, and nothing before. */
    LASTING
  }

  private record Entry(
      Deposit deposit,
      Permission permission,
      Patience patience,
      int weight,
      CompletableFuture<Outcome> result) {}

  /**
   * Begins to write.
   *
   * @param kept is told of everything that has been committed, in that order, by one thread; it
   *     must not block
   */
  public DeviceInbox(Database database, DepositStore store, BiConsumer<Deposit, Outcome> kept) {
    this.database = database;
    this.store = store;
    this.kept = kept;
    this.writer = Thread.ofPlatform().daemon().name("device-inbox").start(this::writeForEver);
  }

  /**
   * Hands a message in. Never blocks.
   *
   * @return what came of it, once it is on the disk. It fails with {@link StoreUnavailable} when
   *     too much is waiting or the database does not answer, and with {@link ApiException} when it
   *     is no longer allowed
   */
  public CompletableFuture<Outcome> put(Deposit deposit, Permission permission) {
    return put(deposit, permission, Patience.NONE);
  }

  /** As {@link #put(Deposit, Permission)}, with more patience. */
  public CompletableFuture<Outcome> put(Deposit deposit, Permission permission, Patience patience) {
    int weight = weight(deposit);
    if (closed || !room.tryAcquire(weight)) {
      return CompletableFuture.failedFuture(
          new StoreUnavailable("more is coming from devices than can be written"));
    }
    CompletableFuture<Outcome> result = new CompletableFuture<>();
    var _ = result.whenComplete((_, _) -> room.release(weight));
    Entry entry = new Entry(deposit, permission, patience, weight, result);
    waiting.add(entry);
    if (!writer.isAlive()) {
      refuseWaiting();
    }
    return result;
  }

  /** How much it is to write and to keep until then: values, and their texts. */
  static int weight(Deposit deposit) {
    long weight =
        switch (deposit) {
          case Deposit.States states -> {
            long sum = 1;
            for (Report report : states.reports()) {
              sum += 1 + report.data().size() + report.meta().map(String::length).orElse(0) / TEXT;
              for (AttributeValue value : report.data().values()) {
                sum += value instanceof AttributeValue.Text(String text) ? text.length() / TEXT : 0;
              }
            }
            yield sum;
          }
          case Deposit.Command command -> weight(command.payload());
          case Deposit.Connection _ -> 1;
        };
    return (int) Math.min(weight, WAITING_MAX);
  }

  /** The same of a command with that payload. */
  static int weight(Optional<String> payload) {
    return 1 + payload.map(String::length).orElse(0) / TEXT;
  }

  private void writeForEver() {
    List<Entry> held = List.of();
    try {
      while (!closed || !waiting.isEmpty() || !held.isEmpty()) {
        // Looks up from time to time, for the end.
        @Nullable Entry next =
            held.isEmpty() ? waiting.poll(100, TimeUnit.MILLISECONDS) : waiting.poll();
        if (next != null || !held.isEmpty()) {
          held = writeAndTell(batch(held, next));
          if (!held.isEmpty()) {
            held = held(held);
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      closed = true;
      fail(held, new StoreUnavailable("the server is stopping"));
      refuseWaiting();
    }
  }

  /** The database did not answer. Those who do not wait for it are told; at the end all are. */
  private List<Entry> held(List<Entry> patient) {
    StoreUnavailable problem = new StoreUnavailable("the database is not available");
    waiting.removeIf(entry -> {
      boolean fails = entry.patience() == Patience.NONE;
      if (fails) {
        fail(List.of(entry), problem);
      }
      return fails;
    });
    if (closed) {
      fail(patient, problem);
      return List.of();
    }
    LockSupport.parkNanos(PAUSE.toNanos());
    return patient;
  }

  private List<Entry> batch(List<Entry> held, @Nullable Entry first) {
    List<Entry> batch = new ArrayList<>(held);
    int weight = held.stream().mapToInt(Entry::weight).sum();
    @Nullable Entry next = first;
    while (next != null) {
      weight += next.weight();
      batch.add(next);
      next = weight < BATCH_WEIGHT ? waiting.poll() : null;
    }
    return batch;
  }

  /** Writes a batch; those that have to be tried again. */
  @SuppressWarnings("CatchingThrowable") // whatever happens, nobody may wait for ever
  private List<Entry> writeAndTell(List<Entry> batch) {
    try {
      write(batch);
      return List.of();
    } catch (StoreUnavailable e) {
      fail(batch.stream().filter(entry -> entry.patience() == Patience.NONE).toList(), e);
      return batch.stream()
          .filter(entry -> entry.patience() == Patience.LASTING && !entry.result().isDone())
          .toList();
    } catch (Throwable e) {
      if (batch.size() > 1) {
        // One of them is to blame; the others must not suffer for it.
        List<Entry> again = new ArrayList<>();
        for (Entry entry : batch) {
          again.addAll(again.isEmpty() ? writeAndTell(List.of(entry)) : List.of(entry));
        }
        return again;
      }
      LOG.error("a message of a device could not be written", e);
      fail(batch, e);
      return List.of();
    }
  }

  private static void fail(List<Entry> entries, Throwable cause) {
    entries.forEach(entry -> entry.result().completeExceptionally(cause));
  }

  private void write(List<Entry> batch) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      long known = database.feed().position();
      List<Entry> allowed = allowed(batch);
      if (allowed.isEmpty()) {
        return;
      }
      Optional<List<Outcome>> outcomes =
          database.write(transaction ->
              transaction.position() == known
                  ? Optional.of(write(transaction, allowed))
                  : Optional.empty());
      if (outcomes.isPresent()) {
        tell(allowed, outcomes.get());
        return;
      }
    }
    List<Entry> written = new ArrayList<>();
    List<Outcome> outcomes =
        database.write(transaction -> {
          written.addAll(allowed(batch));
          return write(transaction, written);
        });
    tell(written, outcomes);
  }

  /** Those that are allowed still; the others are told. */
  private static List<Entry> allowed(List<Entry> batch) {
    List<Entry> allowed = new ArrayList<>(batch.size());
    for (Entry entry : batch) {
      if (entry.result().isDone()) {
        continue;
      }
      try {
        entry.permission().require();
        allowed.add(entry);
      } catch (ApiException e) {
        entry.result().completeExceptionally(e);
      }
    }
    return allowed;
  }

  private List<Outcome> write(Transaction transaction, List<Entry> entries) {
    return store.write(transaction, entries.stream().map(Entry::deposit).toList());
  }

  private void tell(List<Entry> entries, List<Outcome> outcomes) {
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      try {
        kept.accept(entry.deposit(), outcomes.get(i));
      } catch (RuntimeException | Error e) {
        // It is written: whatever went wrong since, it must not be written again.
        LOG.error("a message of a device was written but not passed on", e);
      }
      entry.result().complete(outcomes.get(i));
    }
  }

  private void refuseWaiting() {
    @Nullable Entry entry = waiting.poll();
    while (entry != null) {
      fail(List.of(entry), new StoreUnavailable("the server is stopping"));
      entry = waiting.poll();
    }
  }

  /** Writes what is waiting and takes nothing more. */
  @Override
  public void close() {
    closed = true;
    try {
      writer.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
