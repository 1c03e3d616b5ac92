package io.claviger.server.testing;

import io.claviger.store.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** All that a database has kept, as text whose characters are its bytes. */
final class StoredText {
  private StoredText() {}

  /** The values of all tables, and the files of SQLite, where what was removed may still be. */
  static String of(Database database, Path folder) throws IOException {
    var text = new StringBuilder();
    database.read(handle -> {
      try {
        for (String table : tables(handle.getConnection().getMetaData())) {
          append(handle.getConnection().createStatement(), table, text);
        }
        return text;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    });
    for (String name : List.of("claviger.db", "claviger.db-wal")) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        text.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return text.toString();
  }

  private static List<String> tables(DatabaseMetaData data) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (ResultSet rows = data.getTables(null, null, "%", new String[] {"TABLE"})) {
      while (rows.next()) {
        String schema = rows.getString("TABLE_SCHEM");
        if (schema == null || schema.equals("public")) {
          tables.add(rows.getString("TABLE_NAME"));
        }
      }
    }
    return tables;
  }

  private static void append(Statement statement, String table, StringBuilder text)
      throws SQLException {
    try (statement;
        ResultSet rows = statement.executeQuery("SELECT t.* FROM " + table + " t")) {
      while (rows.next()) {
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
          Object value = rows.getObject(column);
          text.append(
                  value instanceof byte[] bytes
                      ? new String(bytes, StandardCharsets.ISO_8859_1)
                      : value)
              .append('\n');
        }
      }
    }
  }
}
