package io.claviger.server.changelog;

import java.util.List;

/**
 * Rows as RFC 4180 has them. Every cell is quoted, and one that a spreadsheet would take for a
 * formula begins with an apostrophe: names and values are what somebody chose.
 */
final class Csv {
  private Csv() {}

  static void append(StringBuilder out, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      out.append(i == 0 ? "\"" : ",\"").append(harmless(cells.get(i)).replace("\"", "\"\""));
      out.append('"');
    }
    out.append("\r\n");
  }

  private static String harmless(String cell) {
    return !cell.isEmpty() && "=+-@\t\r\n".indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
  }
}
