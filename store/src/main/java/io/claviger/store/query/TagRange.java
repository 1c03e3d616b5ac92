package io.claviger.store.query;

import io.claviger.core.query.TagPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which tags are meant: those whose key is so and whose value is so. */
record TagRange(TagPart key, TagPart value) {
  /**
   * The same tags with fewer ranges: keys that have the same values become one list, and so do
   * values of the same key.
   */
  static List<TagRange> merged(List<TagRange> ranges) {
    Map<TagPart, TagPart> valuesByKey = new LinkedHashMap<>();
    List<TagRange> rest = new ArrayList<>();
    for (TagRange range : ranges) {
      if (range.value() instanceof TagPart.OneOf) {
        valuesByKey.merge(range.key(), range.value(), TagRange::union);
      } else {
        rest.add(range);
      }
    }
    valuesByKey.forEach((key, value) -> rest.add(new TagRange(key, value)));
    Map<TagPart, TagPart> keysByValue = new LinkedHashMap<>();
    List<TagRange> others = new ArrayList<>();
    for (TagRange range : rest) {
      if (range.key() instanceof TagPart.OneOf) {
        keysByValue.merge(range.value(), range.key(), TagRange::union);
      } else {
        others.add(range);
      }
    }
    keysByValue.forEach((value, key) -> others.add(new TagRange(key, value)));
    return List.copyOf(new LinkedHashSet<>(others));
  }

  /** Of two lists. */
  private static TagPart union(TagPart left, TagPart right) {
    Set<String> texts = new LinkedHashSet<>(((TagPart.OneOf) left).texts());
    texts.addAll(((TagPart.OneOf) right).texts());
    return new TagPart.OneOf(List.copyOf(texts));
  }

  /**
   * Whether most rows outside may have such a tag. A key alone is often one that all have, and
   * whatever is left out leaves the rest.
   */
  boolean isCommon() {
    return !(value instanceof TagPart.OneOf)
        && !(value instanceof TagPart.Missing)
        && !(key instanceof TagPart.Missing);
  }
}
