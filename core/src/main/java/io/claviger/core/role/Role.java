package io.claviger.core.role;

import io.claviger.core.Parsed;
import java.util.Locale;

/**
 * How much a member or a credential may do, from nothing to everything. The declared order is the
 * order of power: each role includes all that the ones before it may do.
 */
public enum Role {
  /** May not even see the resource. */
  NONE,
  /** May read. */
  VIEW,
  /** May read, and create or change what lies inside an application or a dashboard. */
  COLLABORATE,
  /** May also create and delete applications and dashboards. */
  EDIT,
  /** May also manage the organization itself and its members. */
  ADMIN;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name used in requests and replies: {@code none}, {@code view}, and so on. */
  public String wireName() {
    return wireName;
  }

  /** Reads a wire name; case matters. */
  public static Parsed<Role> parse(String text) {
    return switch (text) {
      case "none" -> Parsed.ok(NONE);
      case "view" -> Parsed.ok(VIEW);
      case "collaborate" -> Parsed.ok(COLLABORATE);
      case "edit" -> Parsed.ok(EDIT);
      case "admin" -> Parsed.ok(ADMIN);
      default -> Parsed.rejected("must be one of none, view, collaborate, edit, admin");
    };
  }

  /** The weaker of two roles: how a cap and a membership combine. */
  public static Role min(Role left, Role right) {
    return left.compareTo(right) <= 0 ? left : right;
  }

  /** Whether this role includes all that {@code needed} may do. */
  public boolean atLeast(Role needed) {
    return compareTo(needed) >= 0;
  }
}
