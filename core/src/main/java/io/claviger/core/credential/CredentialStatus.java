package io.claviger.core.credential;

import io.claviger.core.Parsed;
import java.util.Locale;

/**
 * The switch that everyone who manages a credential may flip at any time (UAT-5, APT-12, KEY-4).
 */
public enum CredentialStatus {
  ACTIVE,
  /** Every use is refused until it is active again. */
  INACTIVE;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name used in JSON. */
  public String wireName() {
    return wireName;
  }

  /** Reads a name used in JSON; case matters. */
  public static Parsed<CredentialStatus> parse(String text) {
    for (CredentialStatus status : values()) {
      if (status.wireName.equals(text)) {
        return Parsed.ok(status);
      }
    }
    return Parsed.rejected("must be one of active, inactive");
  }
}
