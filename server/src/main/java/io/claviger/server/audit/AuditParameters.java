package io.claviger.server.audit;

import io.claviger.core.change.ActorType;
import io.claviger.core.id.ObjectId;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.server.http.QueryValue;
import io.claviger.store.audit.AuditFilter;
import io.claviger.store.audit.AuditFilter.Party;
import io.claviger.store.audit.AuditFilter.Requested;
import io.claviger.store.audit.AuditFilter.Target;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Reads {@code start}, {@code end} and {@code auditLogFilter} (AUD-7). The filter comes as nested
 * fields or as one JSON text (WIR-5).
 */
final class AuditParameters {
  private static final String FILTER = "auditLogFilter";

  /** Each becomes a condition of one statement. */
  private static final int ALTERNATIVES_MAX = 100;

  private static final int TEXT_LENGTH_MAX = 1024;

  /** Milliseconds with at most 15 digits reach beyond the year 30000. */
  private static final Pattern MILLIS = Pattern.compile("\\d{1,15}");

  private static final Set<String> PRIMARY = Set.of("Application", "Dashboard", "OrgInvite");

  private static final Set<String> SECONDARY =
      Set.of(
          "ApiToken",
          "ApplicationCertificateAuthority",
          "ApplicationCertificate",
          "ApplicationKey",
          "Credential",
          "Dashboard",
          "DataTable",
          "Device",
          "DeviceRecipe",
          "Event",
          "ExperienceDomain",
          "ExperienceEndpoint",
          "ExperienceGroup",
          "ExperienceSlug",
          "ExperienceUser",
          "ExperienceVersion",
          "ExperienceView",
          "File",
          "Flow",
          "Integration",
          "Notebook",
          "PrivateFile",
          "ResourceJob",
          "Webhook");

  /** Those of the compatible interface and ours. */
  private static final Set<String> ACTORS =
      Stream.concat(
              Stream.of("Application", "Device", "Flow", "User", "ApiToken"),
              Stream.of(ActorType.values()).map(ActorType::wireName))
          .collect(Collectors.toUnmodifiableSet());

  private AuditParameters() {}

  /**
   * What is asked for.
   *
   * @throws ApiException 400 that names the field
   */
  static AuditFilter read(Query query) {
    JsonNode filter = filter(query);
    requireKnown(
        FILTER, filter, "primaryTarget", "secondaryTarget", "actor", "request", "responseCode");
    return new AuditFilter(
        time(query, "start"),
        time(query, "end"),
        list(filter, "primaryTarget", (at, node) -> target(at, node, PRIMARY)),
        list(filter, "secondaryTarget", (at, node) -> target(at, node, SECONDARY)),
        list(filter, "actor", AuditParameters::party),
        list(filter, "request", AuditParameters::requested),
        list(filter, "responseCode", AuditParameters::code));
  }

  private static JsonNode filter(Query query) {
    return query
        .value(FILTER)
        .map(value ->
            switch (value) {
              case QueryValue.Text(String text) ->
                  text.isBlank() ? MissingNode.getInstance() : Json.parse(FILTER, text);
              case QueryValue.Items _, QueryValue.Fields _ -> value.toJson();
            })
        .orElse(MissingNode.getInstance());
  }

  /** Milliseconds since 1970, as the compatible interface sends them, or a date of RFC 3339. */
  private static Optional<Instant> time(Query query, String name) {
    return query
        .text(name)
        .filter(text -> !text.isBlank())
        .map(text -> {
          try {
            return MILLIS.matcher(text).matches()
                ? Instant.ofEpochMilli(Long.parseLong(text))
                : Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
          } catch (DateTimeException | ArithmeticException e) {
            throw ApiException.validation(
                name, "must be milliseconds since 1970 or a date-time of RFC 3339");
          }
        });
  }

  private static <T> List<T> list(
      JsonNode filter, String name, BiFunction<String, JsonNode, T> reader) {
    JsonNode value = filter.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    String at = FILTER + "." + name;
    // One that is not in a list is meant as a list of one.
    List<JsonNode> nodes = value.isArray() ? value.valueStream().toList() : List.of(value);
    if (nodes.size() > ALTERNATIVES_MAX) {
      throw ApiException.validation(at, "must not have more than " + ALTERNATIVES_MAX + " entries");
    }
    List<T> read = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      read.add(reader.apply(at + "[" + i + "]", nodes.get(i)));
    }
    return read;
  }

  private static Target target(String at, JsonNode node, Set<String> types) {
    requireSome(at, node, "id", "type", "name");
    return new Target(id(at, node, "id"), oneOf(at, node, types), text(at, node, "name"));
  }

  private static Party party(String at, JsonNode node) {
    requireSome(at, node, "id", "type", "name", "userId");
    return new Party(
        id(at, node, "id"),
        oneOf(at, node, ACTORS),
        text(at, node, "name"),
        id(at, node, "userId"));
  }

  private static Requested requested(String at, JsonNode node) {
    requireSome(at, node, "resource", "action");
    return new Requested(text(at, node, "resource"), text(at, node, "action"));
  }

  private static Integer code(String at, JsonNode node) {
    String text = node.isString() ? node.stringValue() : node.toString();
    if (!text.matches("[1-5]\\d\\d")) {
      throw ApiException.validation(at, "must be a whole number from 100 to 599");
    }
    return Integer.valueOf(text);
  }

  private static Optional<String> id(String at, JsonNode node, String name) {
    return text(at, node, name)
        .map(text -> {
          if (!ObjectId.isValid(text)) {
            throw ApiException.validation(at + "." + name, "must be 24 hexadecimal digits");
          }
          return ObjectId.normalise(text);
        });
  }

  private static Optional<String> oneOf(String at, JsonNode node, Set<String> types) {
    return text(at, node, "type")
        .map(text -> {
          if (!types.contains(text)) {
            throw ApiException.validation(
                at + ".type", "must be one of " + types.stream().sorted().toList());
          }
          return text;
        });
  }

  private static Optional<String> text(String at, JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode()) {
      return Optional.empty();
    }
    boolean sound =
        value.isString()
            && value.stringValue().length() <= TEXT_LENGTH_MAX
            && value.stringValue().indexOf(0) < 0;
    if (!sound) {
      throw ApiException.validation(
          at + "." + name, "must be a text of at most " + TEXT_LENGTH_MAX + " characters");
    }
    return Optional.of(value.stringValue());
  }

  private static void requireSome(String at, JsonNode node, String... names) {
    requireKnown(at, node, names);
    if (node.isEmpty()) {
      throw ApiException.validation(at, "must name at least one of " + List.of(names));
    }
  }

  private static void requireKnown(String at, JsonNode node, String... names) {
    if (node.isMissingNode()) {
      return;
    }
    if (!node.isObject()) {
      throw ApiException.validation(at, "must be a set of fields");
    }
    Set<String> unknown = new LinkedHashSet<>(node.propertyNames());
    unknown.removeAll(List.of(names));
    if (!unknown.isEmpty()) {
      throw ApiException.validation(at, "knows only the fields " + List.of(names));
    }
  }
}
