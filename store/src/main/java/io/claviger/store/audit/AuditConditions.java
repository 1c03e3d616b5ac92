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
  private static final String OF_ORGANIZATION =
      "c.organization_id = :log AND c.subject_type <> 'Session'";

  private static final String OF_ACCOUNT =
      "COALESCE(c.account_id, CASE WHEN c.organization_id IS NULL THEN c.actor_user_id END) = :log"
          + " AND NOT (c.subject_type = 'Session' AND c.application_id IS NOT NULL)";

  /** The application that the entry is about or in. */
  private static final String APPLICATION =
      "COALESCE(c.application_id, CASE WHEN c.subject_type = 'Application' THEN c.subject_id END)";

  /** What it was called when the entry was written: its name in the last entry about itself. */
  static final String APPLICATION_NAME =
      "(SELECT n.subject_name FROM change_log n WHERE n.subject_type = 'Application'"
          + " AND n.subject_id = "
          + APPLICATION
          + " AND n.sequence <= c.sequence ORDER BY n.sequence DESC LIMIT 1)";

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
    conditions.log(log);
    conditions.times(filter);
    conditions.anyOf(filter.primaryTargets(), conditions::primary);
    conditions.anyOf(filter.secondaryTargets(), conditions::secondary);
    conditions.anyOf(filter.actors(), conditions::actor);
    conditions.anyOf(filter.requests(), conditions::request);
    conditions.anyOf(
        filter.responseCodes(), code -> conditions.is(status, Optional.of(code)).getFirst());
    return conditions.query;
  }

  private void log(AuditLog log) {
    switch (log) {
      case AuditLog.OfOrganization(var id) ->
          query = query.where(OF_ORGANIZATION).bind("log", id.text());
      case AuditLog.OfAccount(var id, boolean sandbox) -> {
        query = query.where(OF_ACCOUNT).bind("log", id.text());
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
    List<String> kinds = new ArrayList<>();
    if (isType(target, "Application")) {
      List<String> all = new ArrayList<>(List.of(APPLICATION + " IS NOT NULL"));
      all.addAll(is(APPLICATION, target.id()));
      all.addAll(applicationName(target.name()));
      kinds.add(and(all));
    }
    if (isType(target, "Dashboard")) {
      kinds.add(and(subject(SubjectType.DASHBOARD, target, "c.application_id IS NULL")));
    }
    if (isType(target, "OrgInvite")) {
      kinds.add(and(subject(SubjectType.INVITATION, target, "c.application_id IS NULL")));
    }
    return kinds.isEmpty() ? "1 = 0" : "(" + String.join(" OR ", kinds) + ")";
  }

  /** Only what ever had this name is asked for its name at the time. */
  private List<String> applicationName(Optional<String> name) {
    return name.map(
            text -> {
              String parameter = bind(text);
              return List.of(
                  APPLICATION
                      + " IN (SELECT m.subject_id FROM change_log m"
                      + " WHERE m.subject_type = 'Application' AND m.subject_name = "
                      + parameter
                      + ")",
                  APPLICATION_NAME + " = " + parameter);
            })
        .orElse(List.of());
  }

  private String secondary(Target target) {
    List<String> kinds = new ArrayList<>();
    for (SubjectType type : AuditTargets.SECONDARY) {
      if (isType(target, type.wireName())) {
        kinds.add(and(subject(type, target, "c.application_id IS NOT NULL")));
      }
    }
    boolean named = target.name().isPresent();
    if (isType(target, "Device") && !named) {
      kinds.add(and(subject(SubjectType.DEVICE_ATTRIBUTE, target, "c.application_id IS NOT NULL")));
    }
    return kinds.isEmpty() ? "1 = 0" : "(" + String.join(" OR ", kinds) + ")";
  }

  private List<String> subject(SubjectType type, Target target, String where) {
    List<String> all =
        new ArrayList<>(List.of("c.subject_type = '" + type.wireName() + "'", where));
    all.addAll(is("c.subject_id", target.id()));
    all.addAll(is("c.subject_name", target.name()));
    return all;
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
