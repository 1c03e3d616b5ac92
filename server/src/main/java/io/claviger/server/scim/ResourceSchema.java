package io.claviger.server.scim;

import static io.claviger.server.scim.Attribute.complex;
import static io.claviger.server.scim.Attribute.flag;
import static io.claviger.server.scim.Attribute.plural;
import static io.claviger.server.scim.Attribute.reference;
import static io.claviger.server.scim.Attribute.text;
import static io.claviger.server.scim.Attribute.time;

import io.claviger.core.scim.AttributePath;
import java.util.List;
import java.util.Optional;

/**
 * The attributes of a kind of resource: those of its core schema, those that every resource has,
 * and those of its extension.
 *
 * @param name of the kind, in the singular
 * @param urn of the core schema
 * @param common to all resources (RFC 7643 section 3.1)
 * @param core of the core schema
 * @param extension one attribute whose name is the URN of the extension; empty where there is none
 */
record ResourceSchema(
    String name,
    String urn,
    List<Attribute> common,
    List<Attribute> core,
    Optional<Attribute> extension) {
  static final String ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

  private static final List<Attribute> COMMON =
      List.of(
          text("id").exact().readOnly().always(),
          text("externalId").exact(),
          complex(
                  "meta",
                  text("resourceType").exact(),
                  time("created"),
                  time("lastModified"),
                  reference("location"),
                  text("version").exact())
              .readOnly());

  static final ResourceSchema USER =
      new ResourceSchema(
          "User",
          "urn:ietf:params:scim:schemas:core:2.0:User",
          COMMON,
          List.of(
              text("userName").needed().unrepeated().always(),
              complex(
                  "name",
                  text("formatted"),
                  text("familyName"),
                  text("givenName"),
                  text("middleName"),
                  text("honorificPrefix"),
                  text("honorificSuffix")),
              text("displayName"),
              text("nickName"),
              reference("profileUrl"),
              text("title"),
              text("userType"),
              text("preferredLanguage"),
              text("locale"),
              text("timezone"),
              flag("active"),
              text("password").secret(),
              plural("emails"),
              plural("phoneNumbers"),
              plural("ims"),
              plural("photos"),
              complex(
                      "addresses",
                      text("formatted"),
                      text("streetAddress"),
                      text("locality"),
                      text("region"),
                      text("postalCode"),
                      text("country"),
                      text("type"),
                      flag("primary"))
                  .many(),
              complex(
                      "groups",
                      text("value").exact(),
                      reference("$ref"),
                      text("display"),
                      text("type"))
                  .many()
                  .readOnly(),
              plural("entitlements"),
              plural("roles"),
              plural("x509Certificates")),
          Optional.of(
              complex(
                  ENTERPRISE,
                  text("employeeNumber"),
                  text("costCenter"),
                  text("organization"),
                  text("division"),
                  text("department"),
                  complex("manager", text("value"), reference("$ref"), text("displayName")))));

  static final ResourceSchema GROUP =
      new ResourceSchema(
          "Group",
          "urn:ietf:params:scim:schemas:core:2.0:Group",
          COMMON,
          List.of(
              text("displayName").needed().unrepeated(),
              complex(
                      "members",
                      text("value").exact(),
                      reference("$ref"),
                      text("display"),
                      text("type"))
                  .many()),
          Optional.empty());

  /** The attribute at the top of a resource with this name, in whatever case. */
  Optional<Attribute> top(String wanted) {
    return Attribute.find(common, wanted)
        .or(() -> Attribute.find(core, wanted))
        .or(() -> extension.filter(it -> it.name().equalsIgnoreCase(wanted)));
  }

  /**
   * Where a path leads.
   *
   * @param within the extension, when the path goes through it
   * @param attribute at the top, or of the extension
   * @param sub of the attribute
   */
  record Target(Optional<Attribute> within, Attribute attribute, Optional<Attribute> sub) {}

  /** Where a path leads; empty when it leads nowhere. */
  Optional<Target> resolve(AttributePath path) {
    Optional<Attribute> whole =
        extension.filter(it -> it.name().equalsIgnoreCase(path.schema() + ":" + path.name()));
    if (whole.isPresent()) {
      return target(Optional.empty(), whole.get(), path);
    }
    if (extension.isPresent() && extension.get().name().equalsIgnoreCase(path.schema())) {
      return extension
          .get()
          .sub(path.name())
          .flatMap(attribute -> target(extension, attribute, path));
    }
    if (!path.schema().isEmpty() && !path.schema().equalsIgnoreCase(urn)) {
      return Optional.empty();
    }
    return top(path.name()).flatMap(attribute -> target(Optional.empty(), attribute, path));
  }

  private static Optional<Target> target(
      Optional<Attribute> within, Attribute attribute, AttributePath path) {
    if (path.sub().isEmpty()) {
      return Optional.of(new Target(within, attribute, Optional.empty()));
    }
    return attribute
        .sub(path.sub().get())
        .map(sub -> new Target(within, attribute, Optional.of(sub)));
  }
}
