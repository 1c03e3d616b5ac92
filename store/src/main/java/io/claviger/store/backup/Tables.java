package io.claviger.store.backup;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What tables a database has, asked once: a driver takes a while to say what refers to what.
 *
 * @param columns of each table, the tables in the order of {@link #inOrder}
 */
record Tables(SequencedMap<String, List<String>> columns) {
  /** Kept by the migrations themselves; a restored database has its own. */
  private static final String HISTORY = "flyway_schema_history";

  /** Asks a database. */
  static Tables of(Connection connection) throws SQLException {
    SequencedMap<String, List<String>> columns = new LinkedHashMap<>();
    for (String table : inOrder(connection)) {
      columns.put(table, columns(connection, table));
    }
    return new Tables(columns);
  }

  /** The names, each behind those that its rows refer to. */
  Iterable<String> inOrder() {
    return columns.sequencedKeySet();
  }

  /** The names of the columns of a table; none when there is no such table. */
  List<String> columns(String table) {
    return columns.getOrDefault(table, List.of());
  }

  private static List<String> inOrder(Connection connection) throws SQLException {
    TreeMap<String, Set<String>> references = new TreeMap<>();
    for (String table : names(connection)) {
      references.put(table, references(connection, table));
    }
    Set<String> ordered = new LinkedHashSet<>();
    while (!references.isEmpty()) {
      List<String> free =
          references.entrySet().stream()
              .filter(entry -> ordered.containsAll(entry.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      if (free.isEmpty()) {
        throw new IllegalStateException("these tables refer to each other: " + references.keySet());
      }
      ordered.addAll(free);
      free.forEach(references::remove);
    }
    return List.copyOf(ordered);
  }

  private static Set<String> names(Connection connection) throws SQLException {
    Set<String> names = new TreeSet<>();
    DatabaseMetaData metaData = connection.getMetaData();
    try (ResultSet rows =
        metaData.getTables(null, connection.getSchema(), "%", new String[] {"TABLE"})) {
      while (rows.next()) {
        names.add(rows.getString("TABLE_NAME"));
      }
    }
    names.removeIf(name -> name.equals(HISTORY) || name.startsWith("sqlite_"));
    return names;
  }

  private static Set<String> references(Connection connection, String table) throws SQLException {
    Set<String> referred = new TreeSet<>();
    DatabaseMetaData metaData = connection.getMetaData();
    try (ResultSet rows = metaData.getImportedKeys(null, connection.getSchema(), table)) {
      while (rows.next()) {
        referred.add(rows.getString("PKTABLE_NAME"));
      }
    }
    referred.remove(table);
    return referred;
  }

  private static List<String> columns(Connection connection, String table) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (ResultSet rows =
        connection.getMetaData().getColumns(null, connection.getSchema(), table, "%")) {
      while (rows.next()) {
        columns.add(rows.getString("COLUMN_NAME"));
      }
    }
    return columns;
  }
}
