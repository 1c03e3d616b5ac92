package io.claviger.core.device;

import java.util.Optional;

/**
 * One tag entry of a device selection: with both parts that pair, with the key alone any value,
 * with the value alone any key. Compared exactly, by case (KEY-24).
 *
 * @param key the tag's key, or empty for any
 * @param value the tag's value, or empty for any
 */
public record TagSelector(Optional<String> key, Optional<String> value) {
  public TagSelector {
    if (key.isEmpty() && value.isEmpty()) {
      throw new IllegalArgumentException("a tag selector names a key, a value or both");
    }
  }

  /** Whether the tag is one that this entry means. */
  public boolean matches(Tag tag) {
    return key.map(tag.key()::equals).orElse(true) && value.map(tag.value()::equals).orElse(true);
  }
}
