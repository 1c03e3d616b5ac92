package io.claviger.server.scim;

import io.claviger.core.Parsed;
import io.claviger.core.scim.AttributePath;
import io.claviger.core.scim.FilterParser;
import io.claviger.core.scim.PatchPath;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One operation of a bulk request (RFC 7644 section 3.7).
 *
 * @param method POST, PUT, PATCH or DELETE
 * @param kind {@code Users} or {@code Groups}
 * @param id of what is changed; blank for a POST. May be {@code bulkId:} and a name
 * @param bulkId under which later operations name what this one makes
 * @param version that must be the present one
 * @param data empty for a DELETE
 */
record BulkOperation(
    String method,
    String kind,
    String id,
    Optional<String> bulkId,
    Optional<String> version,
    ObjectNode data) {
  private static final Optional<Attribute> PASSWORD = ResourceSchema.USER.top("password");

  /**
   * Reads an operation.
   *
   * @throws ApiException 400
   */
  static BulkOperation read(ObjectNode object) {
    String method = ScimJson.text(object, "method").orElse("").toUpperCase(Locale.ROOT);
    boolean known =
        switch (method) {
          case "POST", "PUT", "PATCH", "DELETE" -> true;
          default -> false;
        };
    if (!known) {
      throw ScimErrors.invalidSyntax("method must be one of POST, PUT, PATCH, DELETE");
    }
    String path = ScimJson.text(object, "path").orElse("");
    String[] segments = path.replaceFirst("^(?:/scim/v2)?/", "").split("/", -1);
    boolean makes = method.equals("POST");
    if (!(segments[0].equals("Users") || segments[0].equals("Groups"))
        || segments.length != (makes ? 1 : 2)
        || (!makes && segments[1].isEmpty())) {
      throw ScimErrors.invalidPath(
          "path must be /Users or /Groups, and the id of what is changed behind it");
    }
    Optional<String> bulkId = ScimJson.text(object, "bulkId").filter(text -> !text.isEmpty());
    if (makes && bulkId.isEmpty()) {
      throw ScimErrors.invalidSyntax("bulkId must be given for a POST");
    }
    return new BulkOperation(
        method,
        segments[0],
        makes ? "" : segments[1],
        bulkId,
        ScimJson.text(object, "version"),
        data(object, method));
  }

  private static ObjectNode data(ObjectNode object, String method) {
    if (method.equals("DELETE")) {
      return Json.emptyObject();
    }
    return ScimJson.member(object, "data")
        .map(Map.Entry::getValue)
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast)
        .orElseThrow(() -> ScimErrors.invalidSyntax("data must be an object"));
  }

  /**
   * The same with the ids in place of the names that earlier operations gave them.
   *
   * @param ids the id for a name
   */
  BulkOperation resolved(UnaryOperator<String> ids) {
    var references =
        new BulkReferences(kind.equals("Users") ? ResourceSchema.USER : ResourceSchema.GROUP, ids);
    return new BulkOperation(
        method,
        kind,
        BulkReferences.resolved(id, ids),
        bulkId,
        version,
        method.equals("PATCH") ? references.inPatch(data) : references.inResource(data));
  }

  /** The names of what other operations make. */
  Set<String> references() {
    Set<String> names = new HashSet<>();
    var _ =
        resolved(name -> {
          names.add(name);
          return name;
        });
    return names;
  }

  /**
   * The password that it gives a user, wherever it stands and however it is written: what is read
   * here is what will be kept.
   *
   * @throws ApiException 400 when it is no text
   */
  Optional<String> password() {
    if (!kind.equals("Users")) {
      return Optional.empty();
    }
    if (!method.equals("PATCH")) {
      return passwordAmong(data);
    }
    Optional<String> last = Optional.empty();
    JsonNode operations =
        ScimJson.member(data, "Operations").map(Map.Entry::getValue).orElse(Json.emptyArray());
    for (JsonNode operation : operations) {
      if (operation instanceof ObjectNode object) {
        Optional<String> given = passwordIn(object);
        last = given.isPresent() ? given : last;
      }
    }
    return last;
  }

  private static Optional<String> passwordIn(ObjectNode operation) {
    Optional<JsonNode> value = ScimJson.member(operation, "value").map(Map.Entry::getValue);
    Optional<String> path = ScimJson.text(operation, "path").filter(text -> !text.isBlank());
    if (path.isPresent()) {
      return value.filter(_ -> isPassword(path.get())).flatMap(BulkOperation::passwordOf);
    }
    return value
        .filter(ObjectNode.class::isInstance)
        .flatMap(object -> passwordAmong((ObjectNode) object));
  }

  private static Optional<String> passwordAmong(ObjectNode object) {
    Optional<String> last = Optional.empty();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      if (isPassword(entry.getKey())) {
        last = passwordOf(entry.getValue());
      }
    }
    return last;
  }

  private static boolean isPassword(String path) {
    return FilterParser.parsePath(path)
            instanceof Parsed.Ok<PatchPath>(PatchPath(AttributePath attribute, var _, var _))
        && ResourceSchema.USER.resolve(attribute).map(it -> it.attribute()).equals(PASSWORD);
  }

  private static Optional<String> passwordOf(JsonNode value) {
    return Canonical.value(PASSWORD.orElseThrow(), value, "password").map(JsonNode::stringValue);
  }
}
