package io.claviger.store.query;

import io.claviger.store.query.Source.Element;

/**
 * Texts repeat: many keys have the same addresses. So many tests are made of each text once, and of
 * the rows it is asked only whether they have one of those that satisfy them.
 */
final class DifferentTexts {
  /**
   * Texts that are met one after the other, each by a look into the index. Of more, going past
   * every row is as fast, and begins with the last that was met.
   */
  private static final int STEPS = 1_000;

  /** The same of words, which are fewer as a rule and stand in more rows. */
  private static final int WORD_STEPS = 2_000;

  private DifferentTexts() {}

  /**
   * SQL that says whether the text of a row is one of those that satisfy the tests. Not a set that
   * a database could begin with: which rows have these texts is found in the order of the rows.
   *
   * @param tests of the columns of that text, by their names in the rows
   */
  static String satisfy(Source.Rows rows, Element.Text text, String tests) {
    String brief = text.column();
    String from = " FROM %s WHERE %s".formatted(rows.table(), rows.scope());
    String different =
        "SELECT met.text AS %1$s, (SELECT %2$s%3$s AND %5$s = met.text LIMIT 1) AS %4$s FROM met"
                .formatted(name(brief), text.folded(), from, name(text.folded()), brief)
            + " UNION ALL SELECT DISTINCT %s, %s%s".formatted(brief, text.folded(), from)
            + " AND %s > (SELECT text FROM met WHERE step = %d)".formatted(brief, STEPS);
    return "(%s IN (%s)) IS TRUE".formatted(brief, those(rows, brief, STEPS, different, tests));
  }

  /**
   * The same of a text whose folded form is made of it, as a set to begin with: an index finds the
   * rows that have one of them.
   */
  static String among(Source.Rows rows, Element.Text text, String tests) {
    String column = text.column();
    String different =
        "SELECT met.text AS %s FROM met WHERE met.text IS NOT NULL".formatted(name(column))
            + " UNION ALL SELECT DISTINCT %s".formatted(column)
            + " FROM %s WHERE %s".formatted(rows.table(), rows.scope())
            + " AND %s > (SELECT text FROM met WHERE step = %d)".formatted(column, WORD_STEPS);
    return "%s IN (%s)".formatted(column, those(rows, column, WORD_STEPS, different, tests));
  }

  /** Those of the different texts, of which the first have been met, that satisfy the tests. */
  private static String those(
      Source.Rows rows, String column, int steps, String different, String tests) {
    String lowest = "SELECT MIN(%s) FROM %s WHERE %s".formatted(column, rows.table(), rows.scope());
    String met =
        "met (text, step) AS (SELECT (%s), 1".formatted(lowest)
            + " UNION ALL SELECT (%s AND %s > met.text), step + 1".formatted(lowest, column)
            + " FROM met WHERE text IS NOT NULL AND step < %d)".formatted(steps);
    String alias = column.substring(0, column.indexOf('.'));
    return "WITH RECURSIVE %s, %s AS MATERIALIZED (%s)".formatted(met, alias, different)
        + " SELECT %s FROM %s WHERE %s".formatted(column, alias, tests);
  }

  private static String name(String column) {
    return column.substring(column.indexOf('.') + 1);
  }
}
