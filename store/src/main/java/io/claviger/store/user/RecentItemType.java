package io.claviger.store.user;

import java.util.Locale;
import java.util.Optional;

/** The kinds of thing of which it is kept when a user looked at them (USR-18). */
public enum RecentItemType {
  APPLICATION,
  DEVICE,
  /** There are none, so none is ever listed. */
  FLOW,
  DASHBOARD,
  ORGANIZATION;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name on the wire and in the table. */
  public String wireName() {
    return wireName;
  }

  /** The type with exactly this wire name, or empty. */
  public static Optional<RecentItemType> ofWireName(String text) {
    for (RecentItemType type : values()) {
      if (type.wireName.equals(text)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
