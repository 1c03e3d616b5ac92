package io.claviger.core.query;

import io.claviger.core.device.TagSelector;
import java.util.List;
import java.util.Optional;

/**
 * An advanced query (QRY-1). It is true or false of each record, never undecided, so that the
 * opposite of a condition holds exactly where the condition does not.
 *
 * @param <F> the fields of what is searched
 */
public sealed interface Query<F extends QueryField> {
  /** {@code $and}, or an object with several keys: all hold. Without parts it matches all. */
  record All<F extends QueryField>(List<Query<F>> parts) implements Query<F> {
    public All {
      parts = List.copyOf(parts);
    }
  }

  /** {@code $or}: one holds. Without parts it matches <em>all</em>. */
  record Any<F extends QueryField>(List<Query<F>> parts) implements Query<F> {
    public Any {
      parts = List.copyOf(parts);
    }
  }

  /** {@code $nor}: none holds. Without parts it matches <em>nothing</em>. */
  record Nor<F extends QueryField>(List<Query<F>> parts) implements Query<F> {
    public Nor {
      parts = List.copyOf(parts);
    }
  }

  /**
   * The operators beside one field; all hold, each perhaps for another element of an array. Without
   * any it matches all.
   *
   * @param ignoreCase {@code $ci} (QRY-5): texts are compared without regard to case
   */
  record Where<F extends QueryField>(F field, List<ValueTest> tests, boolean ignoreCase)
      implements Query<F> {
    public Where {
      if (field.kind() == FieldKind.TAGS) {
        throw new IllegalArgumentException(field.wireName() + " holds tags");
      }
      tests = List.copyOf(tests);
    }
  }

  /**
   * A condition on tags.
   *
   * @param negated {@code $ne}: it must not hold
   */
  record Tagged<F extends QueryField>(F field, TagTest test, boolean negated) implements Query<F> {
    public Tagged {
      if (field.kind() != FieldKind.TAGS) {
        throw new IllegalArgumentException(field.wireName() + " holds no tags");
      }
    }
  }

  /** The simple form for devices: each entry is satisfied by some tag (QRY-14). */
  static Query<DeviceField> tagFilter(List<TagSelector> entries) {
    return new All<>(entries.stream().map(Query::carries).toList());
  }

  private static Query<DeviceField> carries(TagSelector entry) {
    return new Tagged<>(
        DeviceField.TAGS, new TagTest.SomeTag(part(entry.key()), part(entry.value())), false);
  }

  private static TagPart part(Optional<String> text) {
    return text.<TagPart>map(exact -> new TagPart.OneOf(List.of(exact)))
        .orElseGet(TagPart.Anything::new);
  }
}
