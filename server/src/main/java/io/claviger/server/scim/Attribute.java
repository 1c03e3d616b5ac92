package io.claviger.server.scim;

import io.claviger.server.http.Json;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is known of an attribute (RFC 7643 section 7).
 *
 * @param name as it is written in answers
 * @param sub sub-attributes; only of a complex one
 */
record Attribute(
    String name,
    Type type,
    boolean multi,
    boolean required,
    boolean caseExact,
    Mutability mutability,
    Returned returned,
    boolean unique,
    List<Attribute> sub) {
  /** What its values are. */
  enum Type {
    STRING("string"),
    BOOLEAN("boolean"),
    DATE_TIME("dateTime"),
    REFERENCE("reference"),
    BINARY("binary"),
    COMPLEX("complex");

    private final String wireName;

    Type(String wireName) {
      this.wireName = wireName;
    }
  }

  /** Who writes it. */
  enum Mutability {
    READ_ONLY("readOnly"),
    READ_WRITE("readWrite"),
    WRITE_ONLY("writeOnly");

    private final String wireName;

    Mutability(String wireName) {
      this.wireName = wireName;
    }
  }

  /** When it is shown. */
  enum Returned {
    ALWAYS("always"),
    DEFAULT("default"),
    NEVER("never");

    private final String wireName;

    Returned(String wireName) {
      this.wireName = wireName;
    }
  }

  private static Attribute of(String name, Type type, List<Attribute> sub) {
    return new Attribute(
        name,
        type,
        false,
        false,
        false,
        Mutability.READ_WRITE,
        Returned.DEFAULT,
        false,
        List.copyOf(sub));
  }

  static Attribute text(String name) {
    return of(name, Type.STRING, List.of());
  }

  static Attribute flag(String name) {
    return of(name, Type.BOOLEAN, List.of());
  }

  static Attribute time(String name) {
    return of(name, Type.DATE_TIME, List.of());
  }

  static Attribute reference(String name) {
    return of(name, Type.REFERENCE, List.of()).exact();
  }

  static Attribute complex(String name, Attribute... sub) {
    return of(name, Type.COMPLEX, List.of(sub));
  }

  /** An attribute of many values with what these usually have (RFC 7643 section 2.4). */
  static Attribute plural(String name) {
    return complex(name, text("value"), text("display"), text("type"), flag("primary")).many();
  }

  Attribute many() {
    return new Attribute(name, type, true, required, caseExact, mutability, returned, unique, sub);
  }

  Attribute exact() {
    return new Attribute(name, type, multi, required, true, mutability, returned, unique, sub);
  }

  Attribute needed() {
    return new Attribute(name, type, multi, true, caseExact, mutability, returned, unique, sub);
  }

  Attribute unrepeated() {
    return new Attribute(name, type, multi, required, caseExact, mutability, returned, true, sub);
  }

  Attribute always() {
    return new Attribute(
        name, type, multi, required, caseExact, mutability, Returned.ALWAYS, unique, sub);
  }

  Attribute readOnly() {
    return new Attribute(
        name,
        type,
        multi,
        required,
        caseExact,
        Mutability.READ_ONLY,
        returned,
        unique,
        sub.stream().map(Attribute::readOnly).toList());
  }

  Attribute secret() {
    return new Attribute(
        name, type, multi, required, true, Mutability.WRITE_ONLY, Returned.NEVER, unique, sub);
  }

  boolean isReadOnly() {
    return mutability == Mutability.READ_ONLY;
  }

  boolean isComplex() {
    return type == Type.COMPLEX;
  }

  /** The sub-attribute with this name, in whatever case. */
  Optional<Attribute> sub(String wanted) {
    return find(sub, wanted);
  }

  static Optional<Attribute> find(List<Attribute> attributes, String wanted) {
    return attributes.stream().filter(it -> it.name.equalsIgnoreCase(wanted)).findFirst();
  }

  /** For {@code /Schemas}. */
  ObjectNode describe() {
    ObjectNode object = Json.emptyObject().put("name", name).put("type", type.wireName);
    object.put("multiValued", multi).put("required", required).put("caseExact", caseExact);
    object.put("mutability", mutability.wireName).put("returned", returned.wireName);
    object.put("uniqueness", unique ? "server" : "none");
    object.put("description", name);
    if (isComplex()) {
      var array = object.putArray("subAttributes");
      sub.forEach(attribute -> array.add(attribute.describe()));
    }
    return object;
  }
}
