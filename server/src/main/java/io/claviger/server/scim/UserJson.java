package io.claviger.server.scim;

import io.claviger.core.role.Role;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.store.tenant.DirectoryRow;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** People as SCIM users; never with a password. */
final class UserJson {
  private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,189}");
  private static final int USER_NAME_LENGTH_MAX = 255;
  private static final int NAME_LENGTH_MAX = 255;
  private static final int DETAILS_LENGTH_MAX = 65_536;
  private static final String ROLES = "roles";

  private UserJson() {}

  /** What a client may write, as it is: the form to which a PATCH is applied. */
  static ObjectNode writable(DirectoryRow row) {
    ObjectNode object = Json.emptyObject();
    object.put("userName", row.userName());
    row.externalId().ifPresent(id -> object.put("externalId", id));
    object.put("active", row.active());
    if (row.follows()) {
      ObjectNode name = object.putObject("name");
      name.put("givenName", row.givenName());
      if (!row.familyName().isEmpty()) {
        name.put("familyName", row.familyName());
      }
      object.putArray("emails").addObject().put("value", row.email()).put("primary", true);
    }
    row.details().properties().forEach(entry -> object.set(entry.getKey(), entry.getValue()));
    roles(object, row.membership().role());
    return object;
  }

  private static void roles(ObjectNode object, Role role) {
    object.remove(ROLES);
    if (role != Role.NONE) {
      object.putArray(ROLES).addObject().put("value", role.wireName()).put("primary", true);
    }
  }

  /**
   * What a client sends in place of the whole user. Roles that it does not speak of stay; a list of
   * roles with nothing in it takes them away.
   *
   * @throws ApiException 400 that names the attribute
   */
  static ObjectNode replacement(JsonNode sent) {
    ObjectNode wanted = Canonical.resource(ResourceSchema.USER, sent);
    boolean spoken =
        sent.properties().stream().anyMatch(entry -> entry.getKey().equalsIgnoreCase(ROLES));
    return spoken ? withoutRole(wanted) : wanted;
  }

  /**
   * What becomes of a user by a PATCH. Whose roles were removed has none.
   *
   * @throws ApiException 400 with what RFC 7644 calls the problem
   */
  static ObjectNode patched(DirectoryRow row, ObjectNode patch) {
    ObjectNode before = writable(row);
    ObjectNode after = Patch.apply(ResourceSchema.USER, before, patch);
    return before.has(ROLES) ? withoutRole(after) : after;
  }

  private static ObjectNode withoutRole(ObjectNode wanted) {
    if (!wanted.has(ROLES)) {
      wanted.putArray(ROLES).addObject().put("value", Role.NONE.wireName());
    }
    return wanted;
  }

  /**
   * A whole user.
   *
   * @param applications names of the applications of the organization, by their id
   */
  static ObjectNode render(DirectoryRow row, Map<String, String> applications) {
    ObjectNode object = Json.emptyObject();
    var schemas = object.putArray("schemas").add(ResourceSchema.USER.urn());
    object.put("id", row.id());
    writable(row).properties().forEach(entry -> object.set(entry.getKey(), entry.getValue()));
    if (object.has(ResourceSchema.ENTERPRISE)) {
      schemas.add(ResourceSchema.ENTERPRISE);
    }
    groups(object, row, applications);
    ObjectNode meta = object.putObject("meta").put("resourceType", "User");
    meta.put("created", Wire.time(row.createdAt()));
    meta.put("lastModified", Wire.time(row.updatedAt()));
    meta.put("location", ScimJson.BASE + "/Users/" + row.id());
    meta.put("version", ScimJson.version(object));
    return object;
  }

  private static void groups(
      ObjectNode object, DirectoryRow row, Map<String, String> applications) {
    var groups = object.putArray("groups");
    for (GroupId group : GroupId.of(row.membership())) {
      Optional<String> name = group.displayName(applications);
      name.ifPresent(display ->
          groups
              .addObject()
              .put("value", group.text())
              .put("$ref", ScimJson.BASE + "/Groups/" + group.text())
              .put("display", display)
              .put("type", "direct"));
    }
    if (groups.isEmpty()) {
      object.remove("groups");
    }
  }

  /** The version of a rendered user. */
  static String version(ObjectNode rendered) {
    return rendered.path("meta").path("version").stringValue();
  }

  /**
   * What a client says of a person.
   *
   * @param role in the organization; empty when nothing is said of it
   * @param password a new one
   * @param details what is kept as it was given
   */
  record Said(
      String userName,
      Optional<String> externalId,
      String email,
      String givenName,
      String familyName,
      boolean active,
      Optional<Role> role,
      Optional<String> password,
      ObjectNode details) {}

  /**
   * Reads a whole user in canonical form.
   *
   * @throws ApiException 400 invalidValue that names the attribute
   */
  static Said read(ObjectNode resource) {
    String userName = required(resource, "userName", USER_NAME_LENGTH_MAX);
    String email = email(resource, userName);
    JsonNode name = resource.path("name");
    String given = text(name, "givenName").orElseGet(() -> otherName(resource, userName));
    String family = text(name, "familyName").orElse("");
    if (given.length() > NAME_LENGTH_MAX || family.length() > NAME_LENGTH_MAX) {
      throw ScimErrors.invalidValue(
          "name.givenName and name.familyName must have at most "
              + NAME_LENGTH_MAX
              + " characters");
    }
    ObjectNode details = resource.deepCopy();
    for (String kept : new String[] {"userName", "externalId", "active", "password", ROLES}) {
      details.remove(kept);
    }
    if (Json.write(details).length > DETAILS_LENGTH_MAX) {
      throw ScimErrors.invalidValue("the resource must be at most 64 KiB");
    }
    return new Said(
        userName,
        text(resource, "externalId"),
        email,
        given,
        family,
        resource.path("active").asBoolean(true),
        role(resource),
        text(resource, "password"),
        details);
  }

  private static String required(ObjectNode resource, String name, int most) {
    String value =
        text(resource, name)
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .orElseThrow(() -> ScimErrors.invalidValue(name + " must be given"));
    if (value.length() > most) {
      throw ScimErrors.invalidValue(name + " must have at most " + most + " characters");
    }
    return value;
  }

  private static Optional<String> text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  /** The address of the account: the primary one, or the user name where there is none. */
  private static String email(ObjectNode resource, String userName) {
    String email =
        Canonical.primary(resource.path("emails"))
            .flatMap(value -> text(value, "value"))
            .orElse(userName);
    if (!EMAIL.matcher(email).matches()) {
      throw ScimErrors.invalidValue("emails must have an e-mail address, unless userName is one");
    }
    return email;
  }

  private static String otherName(ObjectNode resource, String userName) {
    return text(resource, "displayName")
        .or(() -> text(resource.path("name"), "formatted"))
        .orElse(userName);
  }

  private static Optional<Role> role(ObjectNode resource) {
    return Canonical.primary(resource.path(ROLES))
        .flatMap(value -> text(value, "value"))
        .map(text ->
            Role.parse(text)
                .toOptional()
                .orElseThrow(() ->
                    ScimErrors.invalidValue(
                        "roles must be one of none, view, collaborate, edit, admin")));
  }
}
