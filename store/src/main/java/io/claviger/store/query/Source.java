package io.claviger.store.query;

import java.util.List;
import java.util.Optional;

/** Where the values of a field stand. Every text here is SQL of the program. */
sealed interface Source {
  /** In the row itself. */
  record One(Element element, boolean nullable) implements Source {}

  /**
   * In the row itself, and once more where an index holds what is compared.
   *
   * @param whole tells whether there is a value
   * @param values where the value is looked for
   */
  record Aside(One whole, Many values) implements Source {}

  /** In rows of another table, each with a value that is not NULL. */
  record Many(Rows rows, Element element) implements Source {}

  /** In the devices above, each of which is some device's parent. */
  record Ancestors() implements Source {}

  /** Nowhere. */
  record Nowhere() implements Source {}

  /**
   * In rows of a table of tags.
   *
   * @param isDense whether most rows outside have tags
   * @param keySets where the keys stand without values, each set of them once
   */
  record Tags(Rows rows, String key, String value, boolean isDense, Optional<Tags> keySets)
      implements Source {
    /** Where tags are looked for by their keys alone. */
    Tags ofKeys() {
      return keySets.orElse(this);
    }
  }

  /**
   * Rows of another table that belong to the row outside.
   *
   * @param table with its alias
   * @param owner the column that names the row outside
   * @param outer the identifier of the row outside
   * @param application says that they are of the application
   * @param narrowing what else they satisfy
   * @param areFew whether there are few, each of which belongs to many rows outside
   */
  record Rows(
      String table,
      String owner,
      String outer,
      String application,
      String narrowing,
      boolean areFew) {
    /** All that does not depend on the row outside. */
    String scope() {
      return application + " AND " + narrowing;
    }

    /** Those of them that satisfy one more condition. */
    Rows narrowed(String condition) {
      return new Rows(table, owner, outer, application, narrowing + " AND " + condition, areFew);
    }
  }

  /** Which form of a text an index holds. */
  enum TextIndex {
    /** The text itself, or there is no index. */
    ITSELF,
    /** The text itself, in the order of the texts; there are few different ones. */
    WORD,
    /** The folded text. */
    FOLDED,
    /** The text itself, and on PostgreSQL also the folded text from its end. */
    BOTH_ENDS
  }

  /** The column with one value, by its type. */
  sealed interface Element {
    /**
     * Any text.
     *
     * @param folded the same {@linkplain io.claviger.store.Fold folded}
     * @param index how an index finds what is compared by case
     */
    record Text(String column, String folded, TextIndex index) implements Element {}

    /**
     * A text that may be longer than an entry of an index can be.
     *
     * @param brief NULL unless the text is {@linkplain AccessKeyLists#isBrief brief}
     * @param whole the text in any case
     * @param isAlongOwners whether an index has the brief texts in the order of the rows outside
     */
    record Lengthy(Text brief, Text whole, boolean isAlongOwners) implements Element {
      @Override
      public String column() {
        return whole.column();
      }
    }

    /** An identifier in lower case. */
    record Id(String column) implements Element {}

    /** One of a few texts, so that a test can be decided for each before. */
    record Choice(String column, List<String> texts) implements Element {
      public Choice {
        texts = List.copyOf(texts);
      }
    }

    /** Milliseconds since 1970. */
    record Time(String column) implements Element {}

    String column();
  }
}
