package io.claviger.store.device;

import io.claviger.core.device.Tag;
import io.claviger.core.id.DeviceId;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Literal;
import io.claviger.core.query.Query;
import io.claviger.core.query.TagPart;
import io.claviger.core.query.TagTest;
import io.claviger.core.query.ValueTest;
import io.claviger.store.Fold;
import java.util.List;

/** What a query says of a device, for the conditions that {@link DeviceWorld} makes. */
final class DeviceQueryModel {
  private DeviceQueryModel() {}

  static boolean matches(Query<DeviceField> query, DeviceRow device) {
    return switch (query) {
      case Query.All<DeviceField>(var parts) ->
          parts.stream().allMatch(part -> matches(part, device));
      case Query.Any<DeviceField>(var parts) ->
          parts.isEmpty() || parts.stream().anyMatch(part -> matches(part, device));
      case Query.Nor<DeviceField>(var parts) ->
          !parts.isEmpty() && parts.stream().noneMatch(part -> matches(part, device));
      case Query.Where<DeviceField>(var field, var tests, boolean ignoreCase) ->
          tests.stream().allMatch(test -> holds(test, values(field, device), ignoreCase));
      case Query.Tagged<DeviceField>(var _, var test, boolean negated) ->
          negated != tagged(test, device.tags());
    };
  }

  private static List<String> values(DeviceField field, DeviceRow device) {
    return switch (field) {
      case NAME -> List.of(device.name());
      case DEVICE_CLASS -> List.of(device.deviceClass().wireName());
      case PARENT_ID -> device.parent().map(DeviceId::text).stream().toList();
      case ANCESTOR_ID -> device.ancestors().stream().map(DeviceId::text).toList();
      case ATTRIBUTE_NAME -> device.attributes().stream().map(AttributeRow::name).toList();
      default -> throw new IllegalArgumentException(field.wireName());
    };
  }

  private static boolean holds(ValueTest test, List<String> values, boolean ignoreCase) {
    return switch (test) {
      case ValueTest.Equal(Literal.Null _) -> values.isEmpty();
      case ValueTest.Equal(Literal value) ->
          values.stream().anyMatch(v -> is(v, value, ignoreCase));
      case ValueTest.NotEqual(Literal value) ->
          values.stream().noneMatch(v -> is(v, value, ignoreCase));
      case ValueTest.Among(var list) ->
          values.stream().anyMatch(v -> list.stream().anyMatch(each -> is(v, each, ignoreCase)));
      case ValueTest.Partial(var position, String part) ->
          values.stream()
              .anyMatch(v -> has(folded(v, ignoreCase), position, folded(part, ignoreCase)));
      case ValueTest.NotAmong _, ValueTest.Ordered _ -> throw new IllegalArgumentException();
    };
  }

  private static boolean has(String text, ValueTest.Position position, String part) {
    return switch (position) {
      case START -> text.startsWith(part);
      case END -> text.endsWith(part);
      case ANYWHERE -> text.contains(part);
    };
  }

  private static boolean is(String value, Literal wanted, boolean ignoreCase) {
    return wanted instanceof Literal.Text(String text)
        && folded(value, ignoreCase).equals(folded(text, ignoreCase));
  }

  private static String folded(String text, boolean ignoreCase) {
    return ignoreCase ? Fold.fold(text) : text;
  }

  private static boolean tagged(TagTest test, List<Tag> tags) {
    return switch (test) {
      case TagTest.Untagged _ -> tags.isEmpty();
      case TagTest.SomeTag(TagPart key, TagPart value) ->
          tags.stream().anyMatch(tag -> is(key, tag.key()) && is(value, tag.value()));
      case TagTest.Keyed _ -> throw new IllegalArgumentException();
    };
  }

  private static boolean is(TagPart part, String text) {
    return switch (part) {
      case TagPart.Anything _ -> true;
      case TagPart.Missing _ -> false;
      case TagPart.OneOf(var texts) -> texts.contains(text);
      case TagPart.NoneOf(var texts) -> !texts.contains(text);
    };
  }
}
