package io.claviger.core.scope;

import io.claviger.core.role.Role;
import java.util.Optional;
import java.util.Set;

/**
 * One thing that a credential can be asked to be allowed to do. Actions come from a {@link
 * Catalogue} and are meaningful only together with it.
 *
 * @param id resource and verb, such as {@code applicationKeys.post}; unique in the catalogue
 * @param method HTTP method in capitals
 * @param path path template in which <code>{name}</code> stands for exactly one segment
 * @param context where the role of the actor is looked up
 * @param minRole the least effective role that may do it; empty where roles play no part
 * @param flags what is unusual about it
 * @param index position in the catalogue, from 0 without gaps
 */
public record Action(
    String id,
    String method,
    String path,
    ActionContext context,
    Optional<Role> minRole,
    Set<ActionFlag> flags,
    int index) {

  /** Takes an immutable copy of the flags. */
  public Action {
    flags = Set.copyOf(flags);
    if (index < 0) {
      throw new IllegalArgumentException("index must not be negative");
    }
  }

  /**
   * Whether it changes something where it is done. A viewer changes nothing (ORG-2), so what is
   * open to viewers does not, whatever its method: many queries are sent with POST.
   */
  public boolean changes() {
    return !method.equals("GET")
        && !has(ActionFlag.UM_READ)
        && minRole.map(role -> role.atLeast(Role.COLLABORATE)).orElse(true);
  }

  /** The same action where it is done with no less than that role. */
  public Action needing(Role role) {
    return new Action(id, method, path, context, Optional.of(role), flags, index);
  }

  /** Whether it is done by personal access tokens of organizations, and by nobody else (LUC-17). */
  public boolean forTenants() {
    return has(ActionFlag.UM_READ) || has(ActionFlag.UM_WRITE) || has(ActionFlag.UM_BULK);
  }

  /** Whether the action has the flag. */
  public boolean has(ActionFlag flag) {
    return flags.contains(flag);
  }
}
