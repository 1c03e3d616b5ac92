package io.claviger.store.backup;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what {@link BackupWriter} wrote. */
final class BackupReader implements AutoCloseable {
  private static final int BATCH_ROWS = 1_000;
  private static final Pattern SCHEMA = Pattern.compile("[1-9][0-9]{0,8}");
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /**
   * What a backup says of itself.
   *
   * @param rows of all tables
   */
  record Header(Instant takenAt, String schema, long rows) {}

  private final BufferedReader lines;
  private long lineNumber;

  private BackupReader(BufferedReader lines) {
    this.lines = lines;
  }

  static BackupReader open(Path file) throws IOException {
    return new BackupReader(
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(new BufferedInputStream(Files.newInputStream(file))),
                StandardCharsets.UTF_8)));
  }

  /**
   * Reads all of a file and finds it whole, before a database is touched.
   *
   * @throws BackupProblem when it is no backup, or not a whole one
   */
  static Header check(Path file) throws IOException {
    try (BackupReader reader = open(file)) {
      JsonNode first = reader.required();
      Header header = reader.header(first);
      long rows = 0;
      while (true) {
        JsonNode line = reader.required();
        if (line.path("end").asBoolean(false)) {
          if (line.path("lines").asLong(-1) != reader.lineNumber - 1 || reader.next() != null) {
            throw reader.damaged();
          }
          return new Header(header.takenAt(), header.schema(), rows);
        }
        rows += line.isArray() ? 1 : 0;
      }
    }
  }

  private Header header(JsonNode first) {
    if (!first.path("claviger").asString("").equals("backup")) {
      throw new BackupProblem("this is no backup");
    }
    if (first.path("format").asInt(0) != BackupWriter.FORMAT) {
      throw new BackupProblem("this backup was made by a newer version");
    }
    String schema = first.path("schema").asString("");
    if (!SCHEMA.matcher(schema).matches()) {
      throw new BackupProblem("line 1 of the backup is damaged");
    }
    try {
      return new Header(Instant.parse(first.path("takenAt").asString("")), schema, 0);
    } catch (DateTimeParseException e) {
      throw new BackupProblem("line 1 of the backup is damaged", e);
    }
  }

  /** Puts every row into the tables of the same names, all of which must be empty. */
  void restore(Connection connection) throws IOException, SQLException {
    Tables tables = Tables.of(connection);
    requireEmpty(connection, tables);
    required();
    @Nullable PreparedStatement insert = null;
    int waiting = 0;
    for (JsonNode line = required(); !line.has("end"); line = required()) {
      if (line.isObject()) {
        flush(insert);
        insert = connection.prepareStatement(insertInto(tables, line));
        waiting = 0;
      } else if (insert != null) {
        bind(insert, line);
        insert.addBatch();
        waiting++;
        if (waiting == BATCH_ROWS) {
          insert.executeBatch();
          waiting = 0;
        }
      } else {
        throw damaged();
      }
    }
    flush(insert);
  }

  private static void flush(@Nullable PreparedStatement insert) throws SQLException {
    if (insert != null) {
      try (insert) {
        insert.executeBatch();
      }
    }
  }

  private static void requireEmpty(Connection connection, Tables tables) throws SQLException {
    for (String table : tables.inOrder()) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT 1 FROM " + table + " LIMIT 1")) {
        if (row.next()) {
          throw new BackupProblem("the database is not empty: a backup is restored into a new one");
        }
      }
    }
  }

  /** Only names that the database itself has come into the statement. */
  private String insertInto(Tables tables, JsonNode table) {
    String name = table.path("table").asString("");
    List<String> columns = new ArrayList<>();
    table.path("columns").forEach(column -> columns.add(column.asString("")));
    if (columns.isEmpty() || !tables.columns(name).containsAll(columns)) {
      throw damaged();
    }
    return "INSERT INTO "
        + name
        + " ("
        + String.join(", ", columns)
        + ") VALUES ("
        + String.join(", ", Collections.nCopies(columns.size(), "?"))
        + ")";
  }

  private void bind(PreparedStatement insert, JsonNode row) throws SQLException {
    if (row.size() != insert.getParameterMetaData().getParameterCount()) {
      throw damaged();
    }
    try {
      for (int i = 0; i < row.size(); i++) {
        bind(insert, i + 1, row.get(i));
      }
    } catch (JacksonException e) {
      // A number that is too large, or bytes that are not base 64.
      throw damaged(e);
    }
  }

  private void bind(PreparedStatement insert, int place, JsonNode value) throws SQLException {
    if (value.isNull()) {
      insert.setNull(place, Types.NULL);
    } else if (value.isString()) {
      insert.setString(place, value.asString());
    } else if (value.isIntegralNumber()) {
      insert.setLong(place, value.asLong());
    } else if (value.isNumber()) {
      insert.setDouble(place, value.asDouble());
    } else if (value.path("bytes").isString()) {
      insert.setBytes(place, value.path("bytes").binaryValue());
    } else {
      throw damaged();
    }
  }

  private JsonNode required() throws IOException {
    JsonNode line = next();
    if (line == null) {
      throw new BackupProblem("the backup is incomplete: it ends after line " + lineNumber);
    }
    return line;
  }

  private @Nullable JsonNode next() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      return null;
    }
    lineNumber++;
    try {
      return MAPPER.readTree(line);
    } catch (JacksonException e) {
      throw damaged(e);
    }
  }

  private BackupProblem damaged() {
    return new BackupProblem("line " + lineNumber + " of the backup is damaged");
  }

  private BackupProblem damaged(JacksonException cause) {
    return new BackupProblem("line " + lineNumber + " of the backup is damaged", cause);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
