package io.claviger.store;

import io.claviger.core.change.Actor;
import io.claviger.core.change.ActorType;
import io.claviger.core.change.Anchor;
import io.claviger.core.change.ChainHash;
import io.claviger.core.change.ChainHead;
import io.claviger.core.change.Change;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.HashChain;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.change.Verification;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads the change log. Only {@link Transaction#record} writes it. */
public final class ChangeLog {
  /** The columns of an entry, for {@link #entry}. */
  public static final String COLUMNS =
      "sequence, recorded_at, actor_type, actor_id, actor_name, actor_user_id, action,"
          + " subject_type, subject_id, subject_name, organization_id, application_id,"
          + " account_id, before_json, after_json, previous_hash, hash";

  /** The same without what was before and after, which may be long. */
  public static final String COLUMNS_IN_SHORT =
      COLUMNS.replace("before_json, after_json", "NULL AS before_json, NULL AS after_json");

  private final Database database;

  ChangeLog(Database database) {
    this.database = database;
  }

  /**
   * The entries after a place, oldest first.
   *
   * @param afterSequence 0 for the start
   * @param limit how many at most, 1 or more
   */
  public List<ChangeEntry> page(long afterSequence, int limit) {
    return database.read(handle -> page(handle, afterSequence, limit));
  }

  /** The end of the log as the chain's head says. */
  public ChainHead head() {
    return database.read(handle -> head(handle, ""));
  }

  /** Where the log begins, once entries were removed by age. */
  public Optional<Anchor> anchor() {
    return database.read(ChangeLogBegin::anchor);
  }

  /**
   * Checks the log as it is when this begins, and that it ends where its head says. Reads page by
   * page; what is written meanwhile is left to the next check, so that this one ends.
   */
  public Verification verify() {
    return new ChangeLogVerifier(database::read, Optional.empty()).verify(HashChain.genesis());
  }

  /** Runs a step of a check on one unchanging state of the database. */
  interface Reader {
    <T> T read(Function<Handle, T> step);
  }

  static List<ChangeEntry> page(Handle handle, long afterSequence, int limit) {
    return rows(handle, afterSequence, limit).stream().map(ChangeLog::sound).toList();
  }

  static List<Row> rows(Handle handle, long afterSequence, int limit) {
    return handle
        .createQuery(
            "SELECT "
                + COLUMNS
                + " FROM change_log WHERE sequence > :after ORDER BY sequence LIMIT :limit")
        .bind("after", afterSequence)
        .bind("limit", limit)
        .map(ChangeLog::row)
        .list();
  }

  static ChainHead head(Handle handle, String lock) {
    return handle
        .createQuery("SELECT sequence, hash FROM change_head WHERE id = 1" + lock)
        .map((row, _) ->
            new ChainHead(row.getLong("sequence"), ChainHash.ofBytes(row.getBytes("hash"))))
        .findOne()
        .orElseThrow(() -> new IllegalStateException("the head of the change log is gone"));
  }

  static void insert(Handle handle, ChangeEntry entry) {
    Change change = entry.change();
    handle
        .createUpdate(
            "INSERT INTO change_log ("
                + COLUMNS
                + ") VALUES (:sequence, :time, :actorType, :actorId, :actorName, :actorUserId,"
                + " :action, :subjectType, :subjectId, :subjectName, :organizationId,"
                + " :applicationId, :accountId, :before, :after, :previousHash, :hash)")
        .bind("sequence", entry.sequence())
        .bind("time", entry.time())
        .bind("actorType", change.actor().type().wireName())
        .bind("actorId", change.actor().id())
        .bind("actorName", change.actor().name())
        .bind("actorUserId", change.actor().userId())
        .bind("action", change.action())
        .bind("subjectType", change.subject().type().wireName())
        .bind("subjectId", change.subject().id())
        .bind("subjectName", change.subject().name())
        .bind("organizationId", change.organizationId())
        .bind("applicationId", change.applicationId())
        .bind("accountId", change.accountId())
        .bind("before", change.before())
        .bind("after", change.after())
        .bind("previousHash", entry.previousHash())
        .bind("hash", entry.hash())
        .execute();
  }

  static void moveHead(Handle handle, ChainHead head) {
    handle
        .createUpdate("UPDATE change_head SET sequence = :sequence, hash = :hash WHERE id = 1")
        .bind("sequence", head.sequence())
        .bind("hash", head.hash())
        .execute();
  }

  /**
   * An entry from a row with {@link #COLUMNS}.
   *
   * @throws IllegalStateException when it holds what cannot have been recorded
   */
  public static ChangeEntry entry(ResultSet row, StatementContext context) throws SQLException {
    return sound(row(row, context));
  }

  private static ChangeEntry sound(Row row) {
    return switch (row) {
      case Row.Sound(ChangeEntry entry) -> entry;
      case Row.Damaged() ->
          throw new IllegalStateException("an entry of the change log cannot be read");
    };
  }

  /** A row may hold anything once somebody has edited it by hand. */
  sealed interface Row {
    record Sound(ChangeEntry entry) implements Row {}

    record Damaged() implements Row {}
  }

  private static Row row(ResultSet row, StatementContext context) throws SQLException {
    Optional<ActorType> actorType = ActorType.ofWireName(row.getString("actor_type"));
    Optional<SubjectType> subjectType = SubjectType.ofWireName(row.getString("subject_type"));
    if (actorType.isEmpty() || subjectType.isEmpty()) {
      return new Row.Damaged();
    }
    try {
      var actor =
          new Actor(
              actorType.get(),
              row.getString("actor_id"),
              row.getString("actor_name"),
              SqlTypes.optionalText(row, "actor_user_id"));
      var subject =
          new Subject(
              subjectType.get(), row.getString("subject_id"), row.getString("subject_name"));
      var change =
          new Change(
              actor,
              row.getString("action"),
              subject,
              SqlTypes.optionalText(row, "organization_id"),
              SqlTypes.optionalText(row, "application_id"),
              SqlTypes.optionalText(row, "account_id"),
              SqlTypes.optionalText(row, "before_json"),
              SqlTypes.optionalText(row, "after_json"));
      return new Row.Sound(
          new ChangeEntry(
              row.getLong("sequence"),
              SqlTypes.instant(row, "recorded_at"),
              change,
              ChainHash.ofBytes(row.getBytes("previous_hash")),
              ChainHash.ofBytes(row.getBytes("hash"))));
    } catch (IllegalArgumentException _) {
      return new Row.Damaged();
    }
  }
}
