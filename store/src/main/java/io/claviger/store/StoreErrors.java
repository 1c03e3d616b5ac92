package io.claviger.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.JdbiException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Turns what the two drivers throw into the few things a caller can act upon. */
final class StoreErrors {
  /** 23505: unique_violation. */
  private static final String UNIQUE_VIOLATION = "23505";

  /** 23503: foreign_key_violation. */
  private static final String FOREIGN_KEY_VIOLATION = "23503";

  /** 57014: query_canceled, which is what a statement that takes too long ends with. */
  private static final String QUERY_CANCELED = "57014";

  /**
   * Classes and codes of PostgreSQL that say nothing about the statement: connection, resources,
   * shutdown, fail-over to a read-only server, time limits, lost serialisation.
   */
  private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "58", "40");

  private static final Set<String> UNAVAILABLE_CODES = Set.of("25006", "25P03", "55P03");

  private static final Set<SQLiteErrorCode> SQLITE_UNIQUE =
      Set.of(
          SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE,
          SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY,
          SQLiteErrorCode.SQLITE_CONSTRAINT_ROWID);

  /** Primary result codes; the extended ones share the low byte. */
  private static final Set<Integer> SQLITE_UNAVAILABLE =
      Set.of(
          SQLiteErrorCode.SQLITE_BUSY.code,
          SQLiteErrorCode.SQLITE_LOCKED.code,
          SQLiteErrorCode.SQLITE_NOMEM.code,
          SQLiteErrorCode.SQLITE_READONLY.code,
          SQLiteErrorCode.SQLITE_IOERR.code,
          SQLiteErrorCode.SQLITE_CORRUPT.code,
          SQLiteErrorCode.SQLITE_FULL.code,
          SQLiteErrorCode.SQLITE_CANTOPEN.code,
          SQLiteErrorCode.SQLITE_NOTADB.code);

  private StoreErrors() {}

  /** Work on the database. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /** Runs the work; what it throws comes out as one of the exceptions of this package if it can. */
  static <T> T translating(Work<T> work) {
    try {
      return work.run();
    } catch (JdbiException e) {
      throw sqlCause(e).map(StoreErrors::translate).orElse(e);
    } catch (SQLException e) {
      throw translate(e);
    }
  }

  /** The exception for a caller; an {@link IllegalStateException} when the program is wrong. */
  static RuntimeException translate(SQLException e) {
    if (isUniqueViolation(e)) {
      return new StoreConflict(e);
    }
    if (isForeignKeyViolation(e)) {
      return new StoreOrphan(e);
    }
    if (isTimeout(e)) {
      return new StoreTimeout(e);
    }
    if (isUnavailable(e)) {
      return new StoreUnavailable("the database is not available", e);
    }
    return new IllegalStateException("the database refused a statement", e);
  }

  private static Optional<SQLException> sqlCause(Throwable e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return Optional.of(sql);
      }
    }
    return Optional.empty();
  }

  private static boolean isUniqueViolation(SQLException e) {
    return e instanceof SQLiteException sqlite
        ? SQLITE_UNIQUE.contains(sqlite.getResultCode())
        : UNIQUE_VIOLATION.equals(e.getSQLState());
  }

  private static boolean isForeignKeyViolation(SQLException e) {
    return e instanceof SQLiteException sqlite
        ? sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_FOREIGNKEY
        : FOREIGN_KEY_VIOLATION.equals(e.getSQLState());
  }

  private static boolean isTimeout(SQLException e) {
    return e instanceof SQLiteException sqlite
        ? sqlite.getResultCode() == SQLiteErrorCode.SQLITE_INTERRUPT
        : QUERY_CANCELED.equals(e.getSQLState());
  }

  private static boolean isUnavailable(SQLException e) {
    if (e instanceof SQLTransientConnectionException) {
      return true;
    }
    if (e instanceof SQLiteException sqlite) {
      return SQLITE_UNAVAILABLE.contains(sqlite.getResultCode().code & 0xFF);
    }
    String state = e.getSQLState();
    return state != null
        && state.length() == 5
        && (UNAVAILABLE_CLASSES.contains(state.substring(0, 2))
            || UNAVAILABLE_CODES.contains(state));
  }
}
