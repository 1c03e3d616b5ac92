package io.claviger.store.key;

import io.claviger.core.Parsed;
import java.util.Locale;

/** Which custom topics a key opens (KEY-61). */
public enum TopicFilterType {
  ALL,
  /** The default (KEY-8). */
  NONE,
  WHITELIST,
  BLACKLIST;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** The name used in JSON and in the table. */
  public String wireName() {
    return wireName;
  }

  /** Reads a name used in JSON; case matters. */
  public static Parsed<TopicFilterType> parse(String text) {
    for (TopicFilterType type : values()) {
      if (type.wireName.equals(text)) {
        return Parsed.ok(type);
      }
    }
    return Parsed.rejected("must be one of all, none, whitelist, blacklist");
  }
}
