package io.claviger.store;

import io.claviger.core.change.ChainHash;
import java.lang.reflect.Type;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ArgumentFactory;
import org.jdbi.v3.core.config.ConfigRegistry;

/**
 * How Java values stand in columns, the same on both databases: {@link Instant} as milliseconds,
 * {@code boolean} as 1 or 0, {@link Optional} as the value or NULL.
 */
public final class SqlTypes {
  private SqlTypes() {}

  /** Binds the types above; transactions are ended by {@link Database} and nobody else. */
  static Jdbi configure(Jdbi jdbi) {
    jdbi.getConfig(Handles.class).setForceEndTransactions(false);
    jdbi.registerArgument(new InstantArgument());
    jdbi.registerArgument(new ChainHashArgument());
    jdbi.registerArgument(new FlagArgument());
    return jdbi;
  }

  /** The time in a column that is never NULL. */
  public static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  /** The time in a column, or empty for NULL. */
  public static Optional<Instant> optionalInstant(ResultSet row, String column)
      throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /** The text in a column, or empty for NULL. */
  public static Optional<String> optionalText(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  /** Yes or no in a column. */
  public static boolean flag(ResultSet row, String column) throws SQLException {
    return row.getInt(column) != 0;
  }

  private static final class InstantArgument extends AbstractArgumentFactory<Instant> {
    InstantArgument() {
      super(Types.BIGINT);
    }

    @Override
    protected Argument build(Instant value, ConfigRegistry config) {
      return (position, statement, _) -> statement.setLong(position, value.toEpochMilli());
    }
  }

  private static final class ChainHashArgument extends AbstractArgumentFactory<ChainHash> {
    ChainHashArgument() {
      super(Types.VARBINARY);
    }

    @Override
    protected Argument build(ChainHash value, ConfigRegistry config) {
      return (position, statement, _) -> statement.setBytes(position, value.toBytes());
    }
  }

  /**
   * For the primitive type and its box alike. Preparable, since the library asks those factories
   * first and has one of its own for these types.
   */
  private static final class FlagArgument implements ArgumentFactory.Preparable {
    @Override
    public Optional<Function<Object, Argument>> prepare(Type type, ConfigRegistry config) {
      if (type != boolean.class && type != Boolean.class) {
        return Optional.empty();
      }
      return Optional.of(value ->
          (position, statement, _) -> {
            if (value instanceof Boolean flag) {
              statement.setInt(position, flag ? 1 : 0);
            } else {
              statement.setNull(position, Types.SMALLINT);
            }
          });
    }
  }
}
