package io.claviger.store.audit;

import io.claviger.core.change.SubjectType;
import io.claviger.store.ListQuery;
import io.claviger.store.audit.AuditFilter.Party;
import io.claviger.store.audit.AuditFilter.Requested;
import io.claviger.store.audit.AuditFilter.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is asked of an entry as SQL over {@code change_log c}. Texts of the caller are bound; the
 * expressions are those of the indexes, word for word.
 */
final class AuditConditions {
  private static final String ORGANIZATION = "c.organization_id";

  private static final String ACCOUNT =
      "COALESCE(c.account_id, CASE WHEN c.organization_id IS NULL THEN c.actor_user_id END)";

  /** The application that the entry is about or in. */
  private static final String APPLICATION =
      "COALESCE(c.application_id, CASE WHEN c.subject_type = 'Application' THEN c.subject_id END)";

  private static final String PRIMARY_TYPES = "('Application', 'Dashboard', 'OrgInvite')";

  /** The same, or the dashboard or invitation that is in no application. */
  private static final String PRIMARY =
      "COALESCE(c.application_id, CASE WHEN c.subject_type IN "
          + PRIMARY_TYPES
          + " THEN c.subject_id END)";

  /**
   * What it was called when the entry was written: its name in the last entry about itself, or when
   * the log begins.
   */
  static final String APPLICATION_NAME =
      "COALESCE((SELECT n.subject_name FROM change_log n WHERE n.subject_type = 'Application'"
          + " AND n.subject_id = "
          + APPLICATION
          + " AND n.sequence <= c.sequence ORDER BY n.sequence DESC LIMIT 1),"
          + " (SELECT b.subject_name FROM change_base b WHERE b.subject_type = 'Application'"
          + " AND b.subject_id = "
          + APPLICATION
          + " AND b.organization_id = ''))";

  private ListQuery query;
  private int parameters;

  private AuditConditions(ListQuery query) {
    this.query = query;
  }

  /**
   * Narrows a query.
   *
   * @param status SQL of the status that the request was answered with
   */
  static ListQuery narrow(ListQuery query, String status, AuditLog log, AuditFilter filter) {
    var conditions = new AuditConditions(query);
    conditions.log(log, isNarrow(filter));
    conditions.times(filter);
    conditions.anyOf(filter.primaryTargets(), conditions::primary);
    conditions.anyOf(filter.secondaryTargets(), conditions::secondary);
    conditions.anyOf(filter.actors(), conditions::actor);
    conditions.anyOf(filter.requests(), conditions::request);
    conditions.anyOf(
        filter.responseCodes(), code -> conditions.is(status, Optional.of(code)).getFirst());
    return conditions.query;
  }

  /** Whether the filter alone leaves few entries, and an index of its own finds them. */
  private static boolean isNarrow(AuditFilter filter) {
    List<Target> primary = filter.primaryTargets();
    List<Target> secondary = filter.secondaryTargets();
    return (!primary.isEmpty()
            && primary.stream().allMatch(target -> target.id().or(target::name).isPresent()))
        || (!secondary.isEmpty() && secondary.stream().allMatch(target -> target.id().isPresent()));
  }

  /**
   * What is in the log.
   *
   * @param narrow whether the databases are kept from going along the log: an expression that no
   *     index has is asked instead
   */
  private void log(AuditLog log, boolean narrow) {
    String suffix = narrow ? " || '' = :log" : " = :log";
    switch (log) {
      case AuditLog.OfOrganization(var id) ->
          query =
              query
                  .where(ORGANIZATION + suffix + " AND c.subject_type <> 'Session'")
                  .bind("log", id.text());
      case AuditLog.OfAccount(var id, boolean sandbox) -> {
        query =
            query
                .where(
                    ACCOUNT
                        + suffix
                        + " AND NOT (c.subject_type = 'Session' AND c.application_id IS NOT NULL)")
                .bind("log", id.text());
        if (!sandbox) {
          query = query.where(APPLICATION + " IS NULL AND c.subject_type <> 'Dashboard'");
        }
      }
    }
  }

  private void times(AuditFilter filter) {
    filter
        .start()
        .ifPresent(start -> query = query.where("c.recorded_at >= :start").bind("start", start));
    filter.end().ifPresent(end -> query = query.where("c.recorded_at < :end").bind("end", end));
  }

  private <T> void anyOf(List<T> wanted, Function<T, String> condition) {
    if (!wanted.isEmpty()) {
      // First the conditions: they bind their parameters to the query.
      String any = wanted.stream().map(condition).collect(Collectors.joining(" OR "));
      query = query.where(any);
    }
  }

  /** An application with all that is in it, a dashboard that is in none, or an invitation. */
  private String primary(Target target) {
    List<String> all = new ArrayList<>(List.of(PRIMARY + " IS NOT NULL"));
    all.addAll(is(PRIMARY, target.id()));
    target
        .type()
        .ifPresent(type ->
            all.add(
                type.equals("Application")
                    ? APPLICATION + " IS NOT NULL"
                    : APPLICATION + " IS NULL AND c.subject_type = " + bind(type)));
    target.name().ifPresent(name -> all.addAll(primaryName(name)));
    return and(all);
  }

  /**
   * Only what ever had this name is asked for its name at the time. SQLite finds an expression by
   * its index only when what it is compared with is no column.
   */
  private List<String> primaryName(String name) {
    String parameter = bind(name);
    return List.of(
        "c.sequence IN (SELECT d.sequence FROM change_log m JOIN change_log d ON "
            + PRIMARY.replace("c.", "d.")
            + " = m.subject_id || '' WHERE m.subject_type IN "
            + PRIMARY_TYPES
            + " AND m.subject_name = "
            + parameter
            + " UNION ALL SELECT d.sequence FROM change_base m JOIN change_log d ON "
            + PRIMARY.replace("c.", "d.")
            + " = m.subject_id || '' WHERE m.subject_type = 'Application' AND m.subject_name = "
            + parameter
            + ")",
        "CASE WHEN "
            + APPLICATION
            + " IS NULL THEN c.subject_name ELSE "
            + APPLICATION_NAME
            + " END = "
            + parameter);
  }

  /** What stands in an application. An attribute is part of its device, but has another name. */
  private String secondary(Target target) {
    List<String> types = new ArrayList<>();
    for (SubjectType type : AuditTargets.SECONDARY) {
      if (isType(target, type.wireName())) {
        types.add("'" + type.wireName() + "'");
      }
    }
    if (isType(target, SubjectType.DEVICE.wireName()) && target.name().isEmpty()) {
      types.add("'" + SubjectType.DEVICE_ATTRIBUTE.wireName() + "'");
    }
    if (types.isEmpty()) {
      return "1 = 0";
    }
    List<String> all =
        new ArrayList<>(
            List.of(
                "c.subject_type IN (" + String.join(", ", types) + ")",
                "c.application_id IS NOT NULL"));
    all.addAll(is("c.subject_name", target.name()));
    all.addAll(is("c.subject_id", target.id()));
    return and(all);
  }

  private static boolean isType(Target target, String type) {
    return target.type().map(type::equals).orElse(true);
  }

  private String actor(Party party) {
    List<String> all = new ArrayList<>();
    all.addAll(is("c.actor_id", party.id()));
    all.addAll(is("c.actor_type", party.type()));
    all.addAll(is("c.actor_name", party.name()));
    all.addAll(is("c.actor_user_id", party.userId()));
    return and(all);
  }

  /** An action's name is its resource, a full stop and what is done. */
  private String request(Requested request) {
    if (request.resource().isPresent() && request.action().isPresent()) {
      return "c.action = " + bind(request.resource().get() + "." + request.action().get());
    }
    return request
        .resource()
        // The character after a full stop is a slash: all names that begin with the resource.
        .map(text -> "c.action >= " + bind(text + ".") + " AND c.action < " + bind(text + "/"))
        .or(() ->
            request
                .action()
                .map(text ->
                    "substr(c.action, length(c.action) - length("
                        + text("." + text)
                        + ") + 1) = "
                        + text("." + text)))
        .map(condition -> "(" + condition + ")")
        .orElse("1 = 1");
  }

  /** A parameter whose type the database cannot tell from where it stands. */
  private String text(String value) {
    return "CAST(" + bind(value) + " AS TEXT)";
  }

  private List<String> is(String expression, Optional<?> value) {
    return value.map(given -> List.of(expression + " = " + bind(given))).orElse(List.of());
  }

  private String bind(Object value) {
    String name = "audit" + parameters++;
    query = query.bind(name, value);
    return ":" + name;
  }

  private static String and(List<String> all) {
    return all.isEmpty() ? "1 = 1" : "(" + String.join(" AND ", all) + ")";
  }
}
