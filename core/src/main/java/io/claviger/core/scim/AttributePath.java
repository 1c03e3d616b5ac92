package io.claviger.core.scim;

import java.util.Locale;
import java.util.Optional;

/**
 * Names an attribute, as in {@code urn:ietf:params:scim:schemas:core:2.0:User:name.familyName}.
 * Names are compared without regard to case (RFC 7643 section 2.1).
 *
 * @param schema the URN before the attribute; empty when none is given
 * @param name of the attribute
 * @param sub name of the sub-attribute; empty for the whole attribute
 */
public record AttributePath(String schema, String name, Optional<String> sub) {
  /** An attribute of the core schema. */
  public static AttributePath of(String name) {
    return new AttributePath("", name, Optional.empty());
  }

  /** Attribute and sub-attribute in lower case, with a dot between them; without the schema. */
  public String folded() {
    return (sub.isPresent() ? name + "." + sub.get() : name).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return (schema.isEmpty() ? "" : schema + ":") + name + sub.map(text -> "." + text).orElse("");
  }
}
