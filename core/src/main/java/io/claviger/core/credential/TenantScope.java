package io.claviger.core.credential;

import io.claviger.core.Parsed;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ActionFlag;

/** What a personal access token of an organization is good for; none implies another (LUC-3). */
public enum TenantScope {
  /** Reads users and groups. */
  READ("um:read"),
  /** Creates, changes and deletes users, and changes groups, one at a time. */
  WRITE("um:write"),
  /** Many changes in one request. */
  BULK("um:bulk");

  private final String wireName;

  TenantScope(String wireName) {
    this.wireName = wireName;
  }

  /** The name on the wire. */
  public String wireName() {
    return wireName;
  }

  /** Whether it is enough for the action (LUC-17). */
  public boolean grants(Action action) {
    return switch (this) {
      case READ -> action.has(ActionFlag.UM_READ);
      case WRITE -> action.has(ActionFlag.UM_WRITE);
      case BULK -> action.has(ActionFlag.UM_BULK);
    };
  }

  /** Reads a wire name; case matters. */
  public static Parsed<TenantScope> parse(String text) {
    for (TenantScope scope : values()) {
      if (scope.wireName.equals(text)) {
        return Parsed.ok(scope);
      }
    }
    return Parsed.rejected("must be one of um:read, um:write, um:bulk");
  }
}
