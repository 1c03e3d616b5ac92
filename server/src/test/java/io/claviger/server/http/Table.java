package io.claviger.server.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the rows of a decision table and the notation for odd bytes in them. */
final class Table {
  private static final Pattern REPEAT = Pattern.compile("<([^<>]+)\\*(\\d+)>");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|0|x([0-9a-f]{2}))");

  private Table() {}

  /** The rows of {@code spec/cases/<name>.table}, cut into at most so many cells. */
  static List<String[]> rows(String name, int cells) throws IOException {
    List<String[]> rows =
        Files.readAllLines(Path.of("..", "spec", "cases", name + ".table")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> line.split(" \\| ", cells))
            .toList();
    if (rows.stream().anyMatch(row -> row.length != cells)) {
      throw new IllegalArgumentException("a row of " + name + " has too few cells");
    }
    return rows;
  }

  /** The text that a cell stands for, one character per byte. */
  static String unescape(String cell) {
    String escaped =
        ESCAPE
            .matcher(cell)
            .replaceAll(match -> Matcher.quoteReplacement(character(match.group())));
    return REPEAT
        .matcher(escaped)
        .replaceAll(match ->
            Matcher.quoteReplacement(match.group(1).repeat(Integer.parseInt(match.group(2)))));
  }

  private static String character(String escape) {
    return switch (escape.charAt(1)) {
      case 'r' -> "\r";
      case 'n' -> "\n";
      case '0' -> "\0";
      default -> Character.toString(Integer.parseInt(escape.substring(2), 16));
    };
  }
}
