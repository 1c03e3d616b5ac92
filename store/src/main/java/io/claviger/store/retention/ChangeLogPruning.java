package io.claviger.store.retention;

import io.claviger.core.change.Anchor;
import io.claviger.core.change.ChainHead;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.HashChain;
import io.claviger.core.change.Verification.Broken;
import io.claviger.store.ChangeLogBegin;
import io.claviger.store.ChangeLogCount;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.facts.ChangeBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes the oldest entries of the change log (AUD-1), some at a time. What they tell of things
 * that are still there goes into {@link ChangeBase}, and where the log begins is signed; all of it
 * in one transaction. Before anything is removed it is checked once more: of a log that does not
 * hold, nothing is removed, since what is left is evidence.
 */
public final class ChangeLogPruning {
  private final Database database;

  public ChangeLogPruning(Database database) {
    this.database = database;
  }

  /** Signs where the log begins. */
  public interface Signer {
    /** The public key in X.509 form and base 64. */
    String publicKey();

    /** Signs; see {@link Anchor#sign}. */
    Anchor sign(ChainHead head, Instant until, Instant time);
  }

  /** When the oldest entry that is kept was written; empty as long as there is none. */
  public Optional<Instant> oldest() {
    return database.changeLog().page(start(), 1).stream().map(ChangeEntry::time).findFirst();
  }

  private long start() {
    return database.changeLog().anchor().map(anchor -> anchor.head().sequence()).orElse(0L);
  }

  /** Whether the first entry is older than that, so that there is something to remove. */
  public boolean hasBefore(Instant time) {
    return database.read(_ -> {
      List<ChangeEntry> first = database.changeLog().page(start(), 2);
      return first.size() == 2 && first.getFirst().time().isBefore(time);
    });
  }

  /**
   * Removes entries from the beginning on up to the first that was written at that time or later.
   * The last entry of all stays in any case: it tells every node up to where it knows the log.
   *
   * @param limit how many at most; other writes wait meanwhile
   * @return how many were removed
   * @throws IllegalStateException when the log does not hold up to there, or another key than the
   *     signer's said where it begins; nothing is removed then
   */
  public int removeBefore(Instant time, int limit, Signer signer) {
    return database.write(transaction -> remove(transaction, time, limit, signer));
  }

  private int remove(Transaction transaction, Instant time, int limit, Signer signer) {
    Optional<Anchor> anchor = database.changeLog().anchor();
    if (anchor.filter(it -> !it.isSignedWith(signer.publicKey())).isPresent()) {
      throw new IllegalStateException("where the log begins was signed with another key");
    }
    ChainHead start = anchor.map(Anchor::head).orElse(HashChain.genesis());
    List<ChangeEntry> removed = old(transaction, start, time, limit);
    if (removed.isEmpty()) {
      return 0;
    }
    requireIntact(start, removed);
    ChangeBase.absorb(transaction, removed);
    ChangeLogCount.subtract(transaction, removed);
    ChainHead head = removed.getLast().head();
    transaction
        .handle()
        .createUpdate("DELETE FROM change_log WHERE sequence <= :last")
        .bind("last", head.sequence())
        .execute();
    Instant until =
        removed.stream()
            .map(ChangeEntry::time)
            .reduce(
                anchor.map(Anchor::until).orElse(Instant.EPOCH),
                (one, other) -> one.isAfter(other) ? one : other);
    ChangeLogBegin.move(transaction, signer.sign(head, until, transaction.now()));
    return removed.size();
  }

  private List<ChangeEntry> old(Transaction transaction, ChainHead start, Instant time, int limit) {
    List<ChangeEntry> old = new ArrayList<>();
    for (ChangeEntry entry : database.changeLog().page(start.sequence(), limit)) {
      if (!entry.time().isBefore(time) || entry.sequence() >= transaction.position()) {
        break;
      }
      old.add(entry);
    }
    return old;
  }

  private static void requireIntact(ChainHead start, List<ChangeEntry> entries) {
    HashChain.Verifier chain = new HashChain.Verifier(start);
    for (ChangeEntry entry : entries) {
      Optional<Broken> broken = chain.accept(entry);
      if (broken.isPresent()) {
        throw new IllegalStateException(
            "the log is broken at entry " + broken.get().sequence() + ": " + broken.get().reason());
      }
    }
  }
}
