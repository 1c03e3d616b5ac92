package io.claviger.store.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows that are complete enough: columns that must have a value and are not given get 0 or
 * an empty one. So a test names only what it is about.
 */
final class TestRows {
  private final Handle handle;
  private final Map<String, Map<String, Object>> defaults = new HashMap<>();
  private final Map<String, Map<String, PreparedBatch>> batches = new LinkedHashMap<>();

  TestRows(Handle handle) {
    this.handle = handle;
  }

  void insert(String table, Map<String, ? extends @Nullable Object> given) {
    Map<String, Object> row = new LinkedHashMap<>(required(table));
    given.forEach((column, value) -> {
      if (value != null) {
        row.put(column, value);
      }
    });
    String columns = String.join(", ", row.keySet());
    String values = row.keySet().stream().map(":"::concat).collect(Collectors.joining(", "));
    PreparedBatch batch =
        batches
            .computeIfAbsent(table, _ -> new LinkedHashMap<>())
            .computeIfAbsent(
                "INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")",
                handle::prepareBatch);
    row.forEach(batch::bind);
    batch.add();
  }

  /** Writes the rows, those of the table that was named first before the others. */
  void flush() {
    batches.values().forEach(table -> table.values().forEach(PreparedBatch::execute));
    batches.clear();
  }

  private Map<String, Object> required(String table) {
    return defaults.computeIfAbsent(table, this::readRequired);
  }

  private Map<String, Object> readRequired(String table) {
    Map<String, Object> required = new LinkedHashMap<>();
    try (ResultSet columns =
        handle.getConnection().getMetaData().getColumns(null, null, table, null)) {
      while (columns.next()) {
        if (columns.getString("IS_NULLABLE").equals("NO")) {
          required.put(columns.getString("COLUMN_NAME"), empty(columns.getInt("DATA_TYPE")));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return required;
  }

  private static Object empty(int type) {
    return switch (type) {
      case Types.INTEGER, Types.BIGINT, Types.SMALLINT -> 0;
      case Types.BINARY, Types.BLOB -> new byte[0];
      default -> "";
    };
  }
}
