package io.claviger.store.device;

import io.claviger.store.Database;
import io.claviger.store.OwnPlan;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatements;

/**
 * The different texts in a column of the parts of devices, which are few beside the parts.
 *
 * @param table the parts
 * @param column the texts
 * @param folded SQL for the folded text of a part {@code t}
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
    String start,
    String more,
    Map<String, Object> values,
    int few) {
  /**
   * Of few devices, or of few parts that begin so, all are looked at. Otherwise there is the whole
   * application to look through: that goes from each text to the next, and asks whether a device of
   * the set has it, until there are enough.
   */
  List<String> find(DeviceSet devices, String prefix, int most) {
    var sql = new DeviceSql(devices, database.dialect());
    return database.read(handle -> {
      if (isFew(handle, sql, "SELECT 1 FROM device d WHERE " + sql.condition(), "")) {
        return run(handle, sql, joined("device d CROSS JOIN #table t", sql, prefix, most), prefix);
      }
      String parts =
          "SELECT 1 FROM #table t WHERE t.application_id = :application"
              + start
              + " AND "
              + DeviceVocabulary.beginsWith(folded, prefix);
      return !prefix.isEmpty() && isFew(handle, sql, parts, prefix)
          ? run(handle, sql, joined("#table t CROSS JOIN device d", sql, prefix, most), prefix)
          : run(handle, sql, steps(sql, prefix, most), prefix);
    });
  }

  private boolean isFew(Handle handle, DeviceSql sql, String rows, String prefix) {
    String text = "SELECT COUNT(*) FROM (" + rows + " LIMIT " + (few + 1) + ") few";
    return bind(handle, sql, text, prefix).mapTo(Long.class).one() <= few;
  }

  /** SQLite goes through the tables in the order in which they are crossed. */
  private String joined(String tables, DeviceSql sql, String prefix, int most) {
    return "SELECT DISTINCT t.#column FROM "
        + tables
        + " WHERE "
        + matching(sql, prefix)
        + " ORDER BY t.#column LIMIT "
        + most;
  }

  private String matching(DeviceSql sql, String prefix) {
    return "t.device_id = d.id AND t.application_id = :application"
        + start
        + more
        + " AND "
        + DeviceVocabulary.beginsWith(folded, prefix)
        + " AND "
        + sql.condition();
  }

  /**
   * Both databases give the texts as they come to them, in order, and stop when there are enough;
   * told to sort they would first go on to the end. The offset keeps PostgreSQL from joining all
   * that it is to look up one by one.
   */
  private String steps(DeviceSql sql, String prefix, int most) {
    String rows = " FROM #table t WHERE t.application_id = :application" + start;
    return "WITH RECURSIVE words (word) AS (SELECT MIN(t.#column)"
        + rows
        + " UNION ALL SELECT (SELECT MIN(t.#column)"
        + rows
        + " AND t.#column > words.word) FROM words WHERE words.word IS NOT NULL)"
        + " SELECT word FROM words WHERE word IS NOT NULL AND EXISTS (SELECT 1"
        + " FROM #table t CROSS JOIN device d WHERE t.#column = words.word AND "
        + matching(sql, prefix)
        + " LIMIT 1 OFFSET 0) LIMIT "
        + most;
  }

  private List<String> run(Handle handle, DeviceSql sql, String text, String prefix) {
    return bind(handle, sql, text, prefix).mapTo(String.class).list();
  }

  private Query bind(Handle handle, DeviceSql sql, String text, String prefix) {
    Query query =
        OwnPlan.of(handle.createQuery(text.replace("#table", table).replace("#column", column)));
    // The same values serve several statements, which do not all name each of them.
    query.getConfig(SqlStatements.class).setUnusedBindingAllowed(true);
    return DeviceVocabulary.bindPrefix(sql.bind(query).bindMap(values), prefix);
  }
}
