package io.claviger.core.explain;

import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionContext;

/** Which actions name a resource in their path. */
final class Existence {
  private Existence() {}

  static boolean needsPlace(Action action) {
    return action.context() == ActionContext.APPLICATION
        || action.context() == ActionContext.ORGANIZATION
        || action.context() == ActionContext.DASHBOARD;
  }
}
