package io.claviger.store;

import java.util.Optional;

/**
 * Statements that find the ids of a part of a list without looking at its rows. Every text here is
 * SQL of the program.
 *
 * @param all finds the {@code owner_id} of each, once
 * @param later the same for those above {@link #LAST}, where {@code all} is good at beginning with
 *     the lowest: what has been counted so far is then neither kept nor counted again
 * @param few ids of which all are looked at before there is a page
 */
public record FoundIds(String all, Optional<String> later, int few) {
  /** Stands for the highest id that has been counted. */
  public static final String LAST = "(SELECT last_id FROM known)";

  private static final int FEW = 12_000;

  /** Found in any order. */
  public FoundIds(String all) {
    this(all, Optional.empty(), FEW);
  }

  /** Found from the lowest on. */
  public FoundIds(String all, String later) {
    this(all, Optional.of(later), FEW);
  }

  /**
   * For the beginning of a statement: the table {@code counted} with the {@code found_count} of all
   * ids, and the table {@code few} with each {@code owner_id}, or empty when there are more.
   */
  String tables() {
    return later.map(this::inOrder).orElseGet(this::atOnce);
  }

  /**
   * Looks up the few in a table. PostgreSQL goes along the index once for an array of ids; joined
   * they would be looked up one by one.
   */
  String each(Dialect dialect, String id, String table) {
    return switch (dialect) {
      case SQLITE ->
          "SELECT %1$s AS found_id FROM few f CROSS JOIN %2$s WHERE %1$s = f.owner_id"
              .formatted(id, table);
      case POSTGRESQL ->
          "SELECT %1$s AS found_id FROM %2$s WHERE %1$s = ANY (ARRAY(SELECT owner_id FROM few))"
              .formatted(id, table);
    };
  }

  /** What is made first is read twice. */
  private String atOnce() {
    return "WITH found AS MATERIALIZED ("
        + all
        + "), counted AS MATERIALIZED (SELECT COUNT(*) AS found_count FROM found),"
        + " few AS MATERIALIZED (SELECT owner_id FROM found LIMIT (SELECT"
        + " CASE WHEN found_count <= %1$d THEN %1$d ELSE 0 END FROM counted))".formatted(few);
  }

  /** Up to one more than are few, and then a count of the rest. */
  private String inOrder(String rest) {
    return "WITH lowest AS MATERIALIZED (%s ORDER BY owner_id LIMIT %d),".formatted(all, few + 1)
        + " known AS MATERIALIZED (SELECT COUNT(*) AS known_count,"
        + " CASE WHEN COUNT(*) > %d THEN MAX(owner_id) END AS last_id FROM lowest),".formatted(few)
        + " counted AS MATERIALIZED (SELECT known_count + CASE WHEN last_id IS NULL THEN 0"
        + " ELSE (SELECT COUNT(*) FROM (%s) r) END AS found_count FROM known),".formatted(rest)
        + " few AS MATERIALIZED (SELECT owner_id FROM lowest LIMIT (SELECT"
        + " CASE WHEN last_id IS NULL THEN %d ELSE 0 END FROM known))".formatted(few);
  }
}
