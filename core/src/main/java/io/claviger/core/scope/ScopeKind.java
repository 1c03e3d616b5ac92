package io.claviger.core.scope;

import io.claviger.core.Parsed;
import java.util.Locale;

/** How a scope name follows the catalogue when it grows (UAT-17). */
public enum ScopeKind {
  /** A preset such as {@code all.Application.read}: covers actions that are added later. */
  UMBRELLA,
  /** All actions of one resource, such as {@code device.*}: also later ones. */
  WILDCARD,
  /** One name that was ticked, such as {@code device.get}: never covers anything new. */
  SINGLE;

  static Parsed<ScopeKind> parse(String text) {
    for (ScopeKind kind : values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Parsed.ok(kind);
      }
    }
    return Parsed.rejected("unknown kind " + text);
  }
}
