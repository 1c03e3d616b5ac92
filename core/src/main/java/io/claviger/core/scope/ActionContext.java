package io.claviger.core.scope;

import io.claviger.core.Parsed;
import java.util.Locale;

/** Where the role of an actor is looked up for an action. */
public enum ActionContext {
  /** The application named in the path, then its owner. */
  APPLICATION,
  /** The organization named in the path. */
  ORGANIZATION,
  /** The organization dashboard named in the path, then its owner. */
  DASHBOARD,
  /**
   * Several resources at once: a list that shows what the actor may see, or creation inside the
   * owner that the body names.
   */
  COLLECTION,
  /** The actor's own account; roles play no part. */
  USER,
  /** The instance named in the path; roles play no part. */
  INSTANCE,
  /** The organization of the personal access token that asks; roles play no part. */
  TENANT,
  /** No actor is needed. */
  PUBLIC;

  static Parsed<ActionContext> parse(String text) {
    for (ActionContext context : values()) {
      if (context.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Parsed.ok(context);
      }
    }
    return Parsed.rejected("unknown context " + text);
  }
}
