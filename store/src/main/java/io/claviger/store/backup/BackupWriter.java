package io.claviger.store.backup;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the lines of a backup:
 *
 * <pre>
 * {"claviger":"backup","format":1,"schema":"3","takenAt":"2026-01-01T00:00:00.000Z"}
 * {"table":"app_user","columns":["id","email"]}
 * ["5f…","a@example.com"]
 * {"end":true,"lines":3}
 * </pre>
 *
 * <p>A value is null, a text, a number, or {@code {"bytes":"base64"}}.
 */
final class BackupWriter implements AutoCloseable {
  static final int FORMAT = 1;

  private static final int FETCH_ROWS = 1_000;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final BufferedWriter lines;
  private long written;
  private long rows;

  private BackupWriter(BufferedWriter lines) {
    this.lines = lines;
  }

  static BackupWriter open(Path file) throws IOException {
    return new BackupWriter(
        new BufferedWriter(
            new OutputStreamWriter(
                new GZIPOutputStream(new BufferedOutputStream(Files.newOutputStream(file))),
                StandardCharsets.UTF_8)));
  }

  BackupSummary write(Connection connection, Instant now) throws SQLException, IOException {
    String schema = schema(connection);
    line(
        MAPPER
            .createObjectNode()
            .put("claviger", "backup")
            .put("format", FORMAT)
            .put("schema", schema)
            .put("takenAt", now.toString()));
    Tables tables = Tables.of(connection);
    for (String table : tables.inOrder()) {
      writeTable(connection, table, tables.columns(table));
    }
    line(MAPPER.createObjectNode().put("end", true).put("lines", written));
    return new BackupSummary(now, schema, rows);
  }

  private static String schema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT version FROM flyway_schema_history WHERE version IS NOT NULL"
                    + " ORDER BY installed_rank DESC LIMIT 1")) {
      if (!row.next()) {
        throw new BackupProblem("the database has no tables of Claviger");
      }
      return row.getString(1);
    }
  }

  private void writeTable(Connection connection, String table, List<String> columns)
      throws SQLException, IOException {
    ObjectNode head = MAPPER.createObjectNode().put("table", table);
    columns.forEach(head.putArray("columns")::add);
    line(head);
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH_ROWS);
      // Names of our own migrations: nothing a request ever said.
      try (ResultSet row =
          statement.executeQuery("SELECT " + String.join(", ", columns) + " FROM " + table)) {
        while (row.next()) {
          ArrayNode values = MAPPER.createArrayNode();
          for (int i = 1; i <= columns.size(); i++) {
            add(values, row.getObject(i));
          }
          line(values);
          rows++;
        }
      }
    }
  }

  private static void add(ArrayNode values, @Nullable Object value) {
    switch (value) {
      case null -> values.addNull();
      case String text -> values.add(text);
      case Double number -> values.add(number);
      case Float number -> values.add(number.doubleValue());
      case Integer number -> values.add(number.longValue());
      case Long number -> values.add(number);
      case Short number -> values.add(number.longValue());
      case byte[] bytes -> values.addObject().put("bytes", bytes);
      default -> throw new IllegalStateException("a column of type " + value.getClass());
    }
  }

  private void line(JsonNode value) throws IOException {
    lines.write(MAPPER.writeValueAsString(value));
    lines.write('\n');
    written++;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
