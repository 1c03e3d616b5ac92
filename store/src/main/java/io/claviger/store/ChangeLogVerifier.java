package io.claviger.store;

import io.claviger.core.change.Anchor;
import io.claviger.core.change.ChainHead;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.HashChain;
import io.claviger.core.change.Verification;
import io.claviger.core.change.Verification.Broken;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * One check of the change log, page by page, also while a server writes to it and removes what is
 * too old. It begins at the first entry or at the anchor, which must be signed; when the anchor
 * moves past the check, it goes on from there.
 */
final class ChangeLogVerifier {
  /** Entries read at once: bounds memory, and no read lasts long. */
  private static final int PAGE = 1000;

  private final ChangeLog.Reader reader;
  private final Optional<String> key;
  private HashChain.Verifier chain = new HashChain.Verifier();
  private Optional<Anchor> anchor = Optional.empty();

  /**
   * A check, to be run once.
   *
   * @param key with which the anchor must be signed, in base 64; empty for that of the database
   */
  ChangeLogVerifier(ChangeLog.Reader reader, Optional<String> key) {
    this.reader = reader;
    this.key = key;
  }

  /** Checks the log, and that it goes on from an end that was noted at an earlier time. */
  Verification verify(ChainHead noted) {
    ChainHead end = reader.read(handle -> ChangeLog.head(handle, ""));
    Optional<Broken> broken = walk(end);
    if (broken.isPresent()) {
      return broken.get();
    }
    boolean whole =
        chain.head().equals(end)
            && reader.read(handle -> last(handle) == ChangeLog.head(handle, "").sequence());
    if (!whole) {
      return endsWrongly();
    }
    return noted.sequence() == 0 ? intact(end) : reader.read(handle -> goesOn(handle, noted, end));
  }

  private Verification intact(ChainHead end) {
    return new Verification.Intact(end.sequence(), end, anchor);
  }

  /** Also when nothing is to be read any more, the begin is looked at once. */
  private Optional<Broken> walk(ChainHead end) {
    long before;
    do {
      before = chain.head().sequence();
      Optional<Broken> broken = reader.read(handle -> step(handle, end));
      if (broken.isPresent()) {
        return broken;
      }
    } while (chain.head().sequence() < end.sequence() && chain.head().sequence() > before);
    return Optional.empty();
  }

  private Broken endsWrongly() {
    return new Broken(chain.head().sequence() + 1, "the log does not end where its head says");
  }

  private Optional<Broken> step(Handle handle, ChainHead end) {
    return begin(handle).or(() -> page(handle, end));
  }

  /** Looks where the log begins at this moment, and goes there when that is further on. */
  private Optional<Broken> begin(Handle handle) {
    Optional<ChangeLogBegin.Row> row = ChangeLogBegin.row(handle);
    long first = first(handle);
    if (row.isEmpty()) {
      if (anchor.isPresent()) {
        return Optional.of(new Broken(1, "the anchor of the log was taken away"));
      }
      return first > 1
          ? Optional.of(
              new Broken(
                  1,
                  "the log begins with entry "
                      + first
                      + ", and no anchor says that what was before was removed by age"))
          : Optional.empty();
    }
    return switch (row.get()) {
      case ChangeLogBegin.Row.Damaged() ->
          Optional.of(new Broken(1, "the anchor of the log holds what cannot have been written"));
      case ChangeLogBegin.Row.Sound(Anchor found) -> begin(handle, found, first);
    };
  }

  private Optional<Broken> begin(Handle handle, Anchor found, long first) {
    long sequence = found.head().sequence();
    if (anchor.equals(Optional.of(found))) {
      return Optional.empty();
    }
    Optional<String> trusted = key.or(() -> ChangeLogBegin.signingKey(handle));
    if (trusted.filter(found::isSignedWith).isEmpty()) {
      return Optional.of(
          new Broken(
              sequence, "the anchor of the log is not signed with the key of the installation"));
    }
    if (first > 0 && first <= sequence) {
      return Optional.of(new Broken(first, "it stands before the anchor of the log"));
    }
    if (sequence > chain.head().sequence()) {
      chain = new HashChain.Verifier(found.head());
    } else if (anchor.isPresent() && sequence < anchor.get().head().sequence()) {
      return Optional.of(new Broken(sequence, "the anchor of the log was moved back"));
    }
    anchor = Optional.of(found);
    return Optional.empty();
  }

  private Optional<Broken> page(Handle handle, ChainHead end) {
    long left = end.sequence() - chain.head().sequence();
    int limit = Math.clamp(left, 0, PAGE);
    for (ChangeLog.Row row : ChangeLog.rows(handle, chain.head().sequence(), limit)) {
      Optional<Broken> broken =
          switch (row) {
            case ChangeLog.Row.Sound(ChangeEntry entry) -> chain.accept(entry);
            case ChangeLog.Row.Damaged() ->
                Optional.of(
                    new Broken(
                        chain.head().sequence() + 1, "it holds what cannot have been recorded"));
          };
      if (broken.isPresent()) {
        return broken;
      }
    }
    return Optional.empty();
  }

  /** Looks for what was noted, in a log that is whole. */
  private Verification goesOn(Handle handle, ChainHead noted, ChainHead end) {
    if (end.sequence() < noted.sequence()) {
      return new Broken(end.sequence() + 1, "the log ends before the noted head");
    }
    Optional<Broken> broken = begin(handle);
    if (broken.isPresent()) {
      return broken.get();
    }
    if (anchor.isPresent() && noted.sequence() < anchor.get().head().sequence()) {
      return new Verification.Removed(noted, anchor.get(), end);
    }
    boolean there =
        anchor.map(Anchor::head).equals(Optional.of(noted))
            || ChangeLog.rows(handle, noted.sequence() - 1, 1).stream()
                .anyMatch(row ->
                    row instanceof ChangeLog.Row.Sound(var entry) && entry.head().equals(noted));
    return there ? intact(end) : new Broken(noted.sequence(), "it is not the entry that was noted");
  }

  /** 0 when there is none. */
  private static long first(Handle handle) {
    return handle
        .createQuery("SELECT COALESCE(MIN(sequence), 0) FROM change_log")
        .mapTo(Long.class)
        .one();
  }

  private static long last(Handle handle) {
    return handle
        .createQuery("SELECT COALESCE(MAX(sequence), 0) FROM change_log")
        .mapTo(Long.class)
        .one();
  }
}
