package io.claviger.store.device;

import io.claviger.store.Database;
import io.claviger.store.FoundIds;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * The different texts in a column of the parts of devices, which are few beside the parts.
 *
 * @param table the parts
 * @param column the texts
 * @param folded SQL for the folded text of a part {@code t}, where {@code #text} is the text
 * @param isIndexed whether an index finds folded texts
 * @param start what an index has between the application and the texts, with AND before it
 * @param more what else must hold, with AND before it
 * @param values of the parameters that are named here
 * @param few devices or parts, of which all are looked at
 */
record DeviceWords(
    Database database,
    String table,
    String column,
    String folded,
    boolean isIndexed,
    String start,
    String more,
    Map<String, Object> values,
    int few) {
  private static final String SCOPE = " AND t.application_id = :application";

  /**
   * Of few devices, or of few parts that begin so, all are looked at. Otherwise there is the whole
   * application to look through: that goes from each text to the next, and asks whether a device of
   * the set has it, until there are enough.
   */
  List<String> find(DeviceSet devices, String prefix, int most) {
    var sql = DeviceSql.of(database, devices);
    String found = found(sql);
    return database.read(handle -> {
      Optional<List<String>> ofFew = ofFewDevices(handle, sql, found, prefix, most);
      if (ofFew.isPresent()) {
        return ofFew.get();
      }
      String parts =
          "SELECT 1 FROM #table t WHERE t.application_id = :application"
              + start
              + " AND "
              + beginning(prefix);
      return isIndexed && !prefix.isEmpty() && isFew(handle, sql, parts, prefix)
          ? run(handle, sql, ofTheseParts(sql, prefix, most), prefix)
          : run(handle, sql, steps(sql, prefix, most), prefix);
    });
  }

  private static String found(DeviceSql sql) {
    return sql.ids()
        .map(FoundIds::all)
        .orElse("SELECT d.id AS owner_id FROM device d WHERE " + sql.condition());
  }

  private Optional<List<String>> ofFewDevices(
      Handle handle, DeviceSql sql, String devices, String prefix, int most) {
    return switch (database.dialect()) {
      case SQLITE ->
          isFew(handle, sql, "SELECT 1 FROM (" + devices + ") f", "")
              ? Optional.of(run(handle, sql, ofThese(devices, prefix, most), prefix))
              : Optional.empty();
      case POSTGRESQL -> counted(handle, sql, devices, prefix, most);
    };
  }

  /**
   * SQLite goes through the tables in the order in which they are crossed. From devices to their
   * parts it must not find the application, whose indexes it might choose.
   */
  private String ofThese(String devices, String prefix, int most) {
    return "SELECT DISTINCT t.#column FROM ("
        + devices
        + ") f CROSS JOIN #table t WHERE t.device_id = f.owner_id"
        + start
        + more
        + " AND "
        + beginning(prefix)
        + " ORDER BY t.#column LIMIT "
        + most;
  }

  private record Found(long devices, Optional<String> word) {}

  /**
   * On PostgreSQL the devices are found once, to be counted and to be looked at. As an array their
   * ids are looked up in one pass along the index of the parts; joined they would be one by one.
   */
  private Optional<List<String>> counted(
      Handle handle, DeviceSql sql, String devices, String prefix, int most) {
    String text =
        "WITH found AS MATERIALIZED ("
            + devices
            + "), few AS MATERIALIZED (SELECT owner_id FROM found LIMIT "
            + (few + 1)
            + "), counted AS MATERIALIZED (SELECT COUNT(*) AS devices FROM few)"
            + " SELECT c.devices, w.word FROM counted c LEFT JOIN (SELECT DISTINCT t.#column AS word"
            + " FROM #table t WHERE t.device_id = ANY (ARRAY(SELECT owner_id FROM few"
            + " WHERE (SELECT devices FROM counted) <= "
            + few
            + "))"
            + start
            + more
            + " AND "
            + beginning(prefix)
            + " ORDER BY word LIMIT "
            + most
            + ") w ON TRUE ORDER BY w.word";
    List<Found> found =
        bind(handle, sql, text, prefix)
            .map((row, _) -> new Found(row.getLong(1), Optional.ofNullable(row.getString(2))))
            .list();
    return found.getFirst().devices() <= few
        ? Optional.of(found.stream().flatMap(each -> each.word().stream()).toList())
        : Optional.empty();
  }

  private boolean isFew(Handle handle, DeviceSql sql, String rows, String prefix) {
    String limited =
        switch (database.dialect()) {
          case SQLITE -> rows;
          // As it would go about all of them; told that it needs some it would look up one by one.
          case POSTGRESQL ->
              "SELECT 1 FROM (WITH found AS MATERIALIZED (" + rows + ") SELECT 1 FROM found) f";
        };
    String text = "SELECT COUNT(*) FROM (" + limited + " LIMIT " + (few + 1) + ") few";
    return bind(handle, sql, text, prefix).mapTo(Long.class).one() <= few;
  }

  private String ofTheseParts(DeviceSql sql, String prefix, int most) {
    return "SELECT DISTINCT t.#column FROM #table t CROSS JOIN device d WHERE "
        + matching(sql, beginning(prefix))
        + SCOPE
        + " ORDER BY t.#column LIMIT "
        + most;
  }

  private String beginning(String prefix) {
    return DeviceVocabulary.beginsWith(folded.replace("#text", "t.#column"), prefix);
  }

  private String matching(DeviceSql sql, String beginning) {
    return "t.device_id = d.id" + start + more + " AND " + beginning + " AND " + sql.condition();
  }

  /**
   * Both databases give the texts as they come to them, in order, and stop when there are enough;
   * told to sort they would first go on to the end. The offset keeps PostgreSQL from joining all
   * that it is to look up one by one.
   */
  private String steps(DeviceSql sql, String prefix, int most) {
    String rows = " FROM #table t WHERE t.application_id = :application" + start;
    // Of a text that SQL folds the text tells, without its parts.
    boolean ofText = folded.contains("#text");
    String ofWord = DeviceVocabulary.beginsWith(folded.replace("#text", "word"), prefix);
    return "WITH RECURSIVE words (word) AS (SELECT MIN(t.#column)"
        + rows
        + " UNION ALL SELECT (SELECT MIN(t.#column)"
        + rows
        + " AND t.#column > words.word) FROM words WHERE words.word IS NOT NULL)"
        + " SELECT word FROM words WHERE word IS NOT NULL AND "
        + (ofText ? ofWord : "1 = 1")
        + " AND EXISTS (SELECT 1"
        + " FROM #table t CROSS JOIN device d WHERE t.#column = words.word AND "
        + matching(sql, ofText ? "1 = 1" : beginning(prefix))
        + SCOPE
        + " LIMIT 1 OFFSET 0) LIMIT "
        + most;
  }

  private List<String> run(Handle handle, DeviceSql sql, String text, String prefix) {
    return bind(handle, sql, text, prefix).mapTo(String.class).list();
  }

  private Query bind(Handle handle, DeviceSql sql, String text, String prefix) {
    Query query = handle.createQuery(text.replace("#table", table).replace("#column", column));
    // The same values serve several statements, which do not all name each of them.
    query.getConfig(SqlStatements.class).setUnusedBindingAllowed(true);
    return DeviceVocabulary.bindPrefix(sql.bind(query).bindMap(values), prefix);
  }
}
