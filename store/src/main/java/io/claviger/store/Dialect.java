package io.claviger.store;

/** The databases, which plan the same statement in different ways. */
public enum Dialect {
  SQLITE,
  POSTGRESQL;

  /**
   * SQL for "has this part", by bytes. Without LIKE, which SQLite evaluates without regard to the
   * case of ASCII.
   *
   * @param text SQL of the program
   * @param part SQL of the program
   */
  public String contains(String text, String part) {
    return switch (this) {
      case SQLITE -> "instr(" + text + ", " + part + ") > 0";
      case POSTGRESQL -> "strpos(" + text + ", " + part + ") > 0";
    };
  }
}
