package io.claviger.core.scope;

import io.claviger.core.Parsed;
import java.util.Locale;

/**
 * What a scope name is about, and so which kinds of credential may carry it: an application token
 * takes only {@link #APPLICATION} names, a user token takes all.
 */
public enum ScopeGroup {
  /** Anything inside one application, and what a device may do. */
  APPLICATION,
  /** Organizations, their applications and dashboards as collections, audit logs. */
  ORGANIZATION,
  /** Enterprise instances. */
  INSTANCE,
  /** The own account, its tokens, templates. */
  USER;

  /** The name in lower case, as in the data file and in replies. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Parsed<ScopeGroup> parse(String text) {
    for (ScopeGroup group : values()) {
      if (group.wireName().equals(text)) {
        return Parsed.ok(group);
      }
    }
    return Parsed.rejected("unknown group " + text);
  }
}
