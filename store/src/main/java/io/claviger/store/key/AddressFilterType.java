package io.claviger.store.key;

import io.claviger.core.Parsed;
import java.util.Locale;

/** From where a key may be used (KEY-50). */
public enum AddressFilterType {
  /** The default (KEY-8). */
  ALL,
  WHITELIST,
  BLACKLIST;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name used in JSON and in the table. */
  public String wireName() {
    return wireName;
  }

  /** Reads a name used in JSON; case matters. */
  public static Parsed<AddressFilterType> parse(String text) {
    for (AddressFilterType type : values()) {
      if (type.wireName.equals(text)) {
        return Parsed.ok(type);
      }
    }
    return Parsed.rejected("must be one of all, whitelist, blacklist");
  }
}
