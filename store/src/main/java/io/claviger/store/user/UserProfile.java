package io.claviger.store.user;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a user may say about themselves and no rule looks at.
 *
 * @param fields by name, in the order of {@link #NAMES}; one that is blank is left out
 */
public record UserProfile(Map<String, String> fields) {
  /** The names of the fields on the wire (USR-12). */
  public static final List<String> NAMES =
      List.of("companyName", "title", "phoneNumber", "location", "url");

  /** Nothing said. */
  public static final UserProfile EMPTY = new UserProfile(Map.of());

  /** Keeps the fields that have a name and a text. */
  public UserProfile {
    Map<String, String> kept = new LinkedHashMap<>();
    for (String name : NAMES) {
      String text = fields.getOrDefault(name, "");
      if (!text.isEmpty()) {
        kept.put(name, text);
      }
    }
    fields = Collections.unmodifiableMap(kept);
  }
}
