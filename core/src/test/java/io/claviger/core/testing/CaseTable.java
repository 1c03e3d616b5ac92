package io.claviger.core.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads the decision tables of {@code spec/cases}, which the class path has as {@code /cases}.
 *
 * <p>A table is a text: lines that start with {@code #} and blank lines are for the reader, the
 * first other line names the columns, each further line is one case. Cells are separated by {@code
 * |} and trimmed. A cell in double quotes keeps its blanks and may use the escapes of a Java string
 * such as {@code \t}; {@code ""} is the empty text. A first cell that starts with {@code #} must be
 * quoted; a comment below the columns that could be such a case is refused.
 */
public final class CaseTable {
  private CaseTable() {}

  /**
   * One case.
   *
   * @param place file and line, to be found when the case fails
   * @param cells the text of each column
   */
  public record Row(String place, Map<String, String> cells) {
    /** The text in a column. */
    public String get(String column) {
      String cell = cells.get(column);
      if (cell == null) {
        throw new IllegalArgumentException(place + " has no column " + column);
      }
      return cell;
    }

    /** The elements of a cell, separated by commas; none when the cell is empty. */
    public List<String> list(String column) {
      String cell = get(column);
      return cell.isEmpty()
          ? List.of()
          : Stream.of(cell.split(",", -1)).map(String::strip).toList();
    }

    /** Whether a cell is {@code yes}; anything but {@code yes} and {@code no} fails. */
    public boolean yes(String column) {
      return switch (get(column)) {
        case "yes" -> true;
        case "no" -> false;
        default -> throw new IllegalArgumentException(place + " wants yes or no in " + column);
      };
    }

    @Override
    public String toString() {
      return place + " " + cells.values();
    }
  }

  /**
   * All cases of {@code /cases/<name>.table}, at least one.
   *
   * @throws IllegalArgumentException when there is no such table, or it is not well formed
   */
  public static List<Row> read(String name) {
    String file = name + ".table";
    try (InputStream stream = CaseTable.class.getResourceAsStream("/cases/" + file)) {
      if (stream == null) {
        throw new IllegalArgumentException("no such table: " + file);
      }
      return parse(file, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Row> parse(String file, String text) {
    List<String> columns = List.of();
    List<Row> rows = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      String place = file + ":" + number;
      if (!columns.isEmpty() && line.startsWith("#") && line.contains("|")) {
        throw new IllegalArgumentException(place + " is a comment or a case: quote the first cell");
      }
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      List<String> cells = Stream.of(line.split("\\|", -1)).map(CaseTable::cell).toList();
      if (columns.isEmpty()) {
        columns = cells;
        if (new HashSet<>(columns).size() != columns.size()) {
          throw new IllegalArgumentException(place + " names a column twice");
        }
        continue;
      }
      if (cells.size() != columns.size()) {
        throw new IllegalArgumentException(
            place + " has " + cells.size() + " cells for " + columns.size() + " columns");
      }
      Map<String, String> row = new LinkedHashMap<>();
      for (int i = 0; i < cells.size(); i++) {
        row.put(columns.get(i), cells.get(i));
      }
      rows.add(new Row(place, row));
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(file + " has no case");
    }
    return List.copyOf(rows);
  }

  private static String cell(String raw) {
    String text = raw.strip();
    boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
    return quoted ? text.substring(1, text.length() - 1).translateEscapes() : text;
  }
}
