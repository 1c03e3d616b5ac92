package io.claviger.core.query;

import java.util.List;

/** A condition on all tags of one device or key (QRY-10). */
public sealed interface TagTest {
  /** {@code null}: there are no tags. */
  record Untagged() implements TagTest {}

  /** {@code {$tagKey, $tagValue}}: one same tag is so. */
  record SomeTag(TagPart key, TagPart value) implements TagTest {}

  /** {@code {<key>: ..., <key>: ...}}: all of these hold; without any it holds for all. */
  record Keyed(List<KeyTest> keys) implements TagTest {
    public Keyed {
      keys = List.copyOf(keys);
    }
  }

  /**
   * One key with what stands beside it.
   *
   * @param key of the tags that are looked at
   */
  record KeyTest(String key, Has has) {}

  /** What is asked of the tags with a key. */
  sealed interface Has {
    /** {@code null}: there is no tag with that key. */
    record Nothing() implements Has {}

    /** A text, or {@code $in}: a tag with that key has one of these values. */
    record OneOf(List<String> values) implements Has {
      public OneOf {
        values = List.copyOf(values);
      }
    }

    /** {@code $nin}: no tag with that key has one of these values. */
    record NoneOf(List<String> values) implements Has {
      public NoneOf {
        values = List.copyOf(values);
      }
    }
  }
}
