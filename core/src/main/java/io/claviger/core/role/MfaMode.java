package io.claviger.core.role;

import io.claviger.core.Parsed;

/** From which members an organization asks for a second factor (ORG-13). */
public enum MfaMode {
  /** From nobody. */
  NOT_REQUIRED("notRequired"),
  /** From its administrators. */
  ADMIN_REQUIRED("adminRequired"),
  /** From every member. */
  REQUIRED("required");

  private final String wireName;

  MfaMode(String wireName) {
    this.wireName = wireName;
  }

  /** The name used in JSON. */
  public String wireName() {
    return wireName;
  }

  /** Reads a name used in JSON; case matters. */
  public static Parsed<MfaMode> parse(String text) {
    for (MfaMode mode : values()) {
      if (mode.wireName.equals(text)) {
        return Parsed.ok(mode);
      }
    }
    return Parsed.rejected("must be one of notRequired, adminRequired, required");
  }

  /**
   * Whether somebody may hold that role over the organization.
   *
   * @param secondFactor whether the user has one
   */
  public boolean admits(Role role, boolean secondFactor) {
    return secondFactor
        || switch (this) {
          case NOT_REQUIRED -> true;
          case ADMIN_REQUIRED -> role != Role.ADMIN;
          case REQUIRED -> false;
        };
  }

  /**
   * What a membership is worth: all that was granted, or nothing at all until the user has the
   * second factor that is asked for. Overrides go with the role, or they would be a way around it.
   *
   * @param secondFactor whether the user has one
   */
  public Membership worth(Membership granted, boolean secondFactor) {
    return admits(granted.role(), secondFactor)
        ? granted
        : new Membership(Role.NONE, Overrides.NONE);
  }
}
