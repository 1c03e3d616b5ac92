package io.claviger.store.query;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A row of {@code spec/cases/query.table}.
 *
 * @param line where it stands
 * @param of {@code device} or {@code key}
 */
record QueryCase(int line, String of, JsonNode query, Item item, boolean matches, String why) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String ID = "cccccccccccccccccccccccc";

  /**
   * A row of {@code spec/cases/query-refused.table}.
   *
   * @param of {@code device}, {@code key} or {@code tagFilter}
   */
  record Refused(int line, String of, JsonNode query, String reason) {}

  private record Row(int line, List<String> cells) {}

  static List<QueryCase> table() {
    return rows("query", List.of("of", "query", "record", "matches", "why")).stream()
        .map(row -> parse(row.line(), row.cells()))
        .toList();
  }

  static List<Refused> refused() {
    return rows("query-refused", List.of("of", "query", "reason")).stream()
        .map(row ->
            new Refused(
                row.line(),
                row.cells().get(0),
                JSON.readTree(row.cells().get(1)),
                row.cells().get(2)))
        .toList();
  }

  private static List<Row> rows(String table, List<String> columns) {
    List<String> lines = read(table);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank() || lines.get(i).startsWith("#")) {
        continue;
      }
      List<String> cells = Stream.of(lines.get(i).split("\\|", -1)).map(String::strip).toList();
      if (cells.size() != columns.size()) {
        throw new IllegalArgumentException(table + ":" + (i + 1) + " has other columns");
      }
      rows.add(new Row(i + 1, cells));
    }
    if (rows.size() < 2 || !rows.getFirst().cells().equals(columns)) {
      throw new IllegalArgumentException(table + " has no case or other columns");
    }
    return rows.subList(1, rows.size());
  }

  private static List<String> read(String table) {
    try (InputStream stream = QueryCase.class.getResourceAsStream("/cases/" + table + ".table")) {
      if (stream == null) {
        throw new IllegalStateException("not on the class path: " + table);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static QueryCase parse(int line, List<String> cells) {
    boolean matches =
        switch (cells.get(3)) {
          case "yes" -> true;
          case "no" -> false;
          default -> throw new IllegalArgumentException("line " + line + " wants yes or no");
        };
    return new QueryCase(
        line,
        cells.get(0),
        JSON.readTree(cells.get(1)),
        Item.read(ID, JSON.readTree(cells.get(2))),
        matches,
        cells.get(4));
  }

  /** The devices above this one, each with the next as its parent. */
  List<Item> ancestors() {
    List<String> above = item.texts("ancestorId");
    List<Item> ancestors = new ArrayList<>();
    for (int i = 0; i < above.size(); i++) {
      var fields = new HashMap<String, Object>();
      fields.put("name", "ancestor");
      if (i + 1 < above.size()) {
        fields.put("parentId", above.get(i + 1));
      }
      ancestors.add(new Item(above.get(i), fields));
    }
    return ancestors;
  }
}
