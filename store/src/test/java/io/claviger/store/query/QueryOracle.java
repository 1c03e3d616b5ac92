package io.claviger.store.query;

import io.claviger.store.Fold;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a valid query means, from its JSON and one item, as slowly and plainly as possible. */
final class QueryOracle {
  private static final Set<String> ID_FIELDS =
      Set.of(
          "id",
          "deviceIds",
          "gatewayId",
          "parentId",
          "ancestorId",
          "experienceUserId",
          "experienceGroupId");

  private static final Set<String> TAG_FIELDS = Set.of("tags", "deviceTags");

  private QueryOracle() {}

  static boolean matches(JsonNode query, Item item) {
    return query.propertyStream().allMatch(part -> holds(part.getKey(), part.getValue(), item));
  }

  private static boolean holds(String name, JsonNode value, Item item) {
    return switch (name) {
      case "$and" -> value.valueStream().allMatch(part -> matches(part, item));
      case "$or" -> value.isEmpty() || value.valueStream().anyMatch(part -> matches(part, item));
      case "$nor" -> !value.isEmpty() && value.valueStream().noneMatch(part -> matches(part, item));
      default ->
          TAG_FIELDS.contains(name)
              ? tagged(value, item.tags(name))
              : field(value, values(item, name), ID_FIELDS.contains(name));
    };
  }

  private static List<?> values(Item item, String name) {
    return item.get(name)
        .map(value -> value instanceof List<?> list ? list : List.of(value))
        .orElse(List.of());
  }

  private static boolean field(JsonNode condition, List<?> values, boolean id) {
    if (!condition.isObject()) {
      return operator("$eq", condition, values, id, false);
    }
    boolean ignoreCase = condition.path("$ci").asBoolean(false);
    return condition
        .propertyStream()
        .allMatch(entry -> operator(entry.getKey(), entry.getValue(), values, id, ignoreCase));
  }

  private static boolean operator(
      String name, JsonNode operand, List<?> values, boolean id, boolean ignoreCase) {
    Predicate<Predicate<Object>> some = test -> values.stream().anyMatch(test);
    return switch (name) {
      case "$ci" -> true;
      case "$eq" ->
          operand.isNull() ? values.isEmpty() : some.test(v -> equal(v, operand, id, ignoreCase));
      case "$ne" ->
          operand.isNull() ? !values.isEmpty() : !some.test(v -> equal(v, operand, id, ignoreCase));
      case "$in" ->
          some.test(v -> operand.valueStream().anyMatch(one -> equal(v, one, id, ignoreCase)));
      case "$nin" ->
          !some.test(v -> operand.valueStream().anyMatch(one -> equal(v, one, id, ignoreCase)));
      case "$gt" ->
          some.test(v -> order(v, operand, id, ignoreCase).filter(c -> c > 0).isPresent());
      case "$gte" ->
          some.test(v -> order(v, operand, id, ignoreCase).filter(c -> c >= 0).isPresent());
      case "$lt" ->
          some.test(v -> order(v, operand, id, ignoreCase).filter(c -> c < 0).isPresent());
      case "$lte" ->
          some.test(v -> order(v, operand, id, ignoreCase).filter(c -> c <= 0).isPresent());
      case "$startsWith" ->
          some.test(v ->
              text(v, ignoreCase)
                  .filter(t -> t.startsWith(folded(operand, ignoreCase)))
                  .isPresent());
      case "$endsWith" ->
          some.test(v ->
              text(v, ignoreCase).filter(t -> t.endsWith(folded(operand, ignoreCase))).isPresent());
      case "$contains" ->
          some.test(v ->
              text(v, ignoreCase).filter(t -> t.contains(folded(operand, ignoreCase))).isPresent());
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static boolean equal(Object value, JsonNode operand, boolean id, boolean ignoreCase) {
    return order(value, operand, id, ignoreCase).filter(compared -> compared == 0).isPresent();
  }

  /** Empty when the types differ. */
  private static Optional<Integer> order(
      Object value, JsonNode operand, boolean id, boolean ignoreCase) {
    if (value instanceof Long millis) {
      return moment(operand).map(BigDecimal.valueOf(millis)::compareTo);
    }
    if (!operand.isString()) {
      return Optional.empty();
    }
    String wanted =
        id ? operand.stringValue().toLowerCase(Locale.ROOT) : folded(operand, ignoreCase);
    return text(value, ignoreCase).map(text -> Arrays.compareUnsigned(bytes(text), bytes(wanted)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<BigDecimal> moment(JsonNode operand) {
    if (operand.isNumber()) {
      return Optional.of(operand.decimalValue());
    }
    if (!operand.isString()) {
      return Optional.empty();
    }
    try {
      String text = operand.stringValue();
      Instant instant = Instant.parse(text.length() == 10 ? text + "T00:00:00Z" : text);
      return Optional.of(
          BigDecimal.valueOf(instant.getEpochSecond())
              .add(BigDecimal.valueOf(instant.getNano(), 9))
              .movePointRight(3));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(Object value, boolean ignoreCase) {
    return value instanceof String text
        ? Optional.of(ignoreCase ? Fold.fold(text) : text)
        : Optional.empty();
  }

  private static String folded(JsonNode operand, boolean ignoreCase) {
    return ignoreCase ? Fold.fold(operand.stringValue()) : operand.stringValue();
  }

  private static boolean tagged(JsonNode condition, List<Map<?, ?>> tags) {
    if (condition.has("$eq")) {
      return tagged(condition.get("$eq"), tags);
    }
    if (condition.has("$ne")) {
      return !tagged(condition.get("$ne"), tags);
    }
    if (condition.isNull()) {
      return tags.isEmpty();
    }
    if (condition.has("$tagKey") || condition.has("$tagValue")) {
      return tags.stream()
          .anyMatch(tag ->
              part(condition, "$tagKey", tag.get("key"))
                  && part(condition, "$tagValue", tag.get("value")));
    }
    return condition
        .propertyStream()
        .allMatch(entry -> keyed(entry.getKey(), entry.getValue(), tags));
  }

  private static boolean part(JsonNode condition, String name, @Nullable Object actual) {
    JsonNode wanted = condition.path(name);
    if (wanted.isMissingNode()) {
      return true;
    }
    if (wanted.isNull()) {
      return actual == null;
    }
    if (wanted.has("$nin")) {
      return texts(wanted.get("$nin")).noneMatch(text -> text.equals(actual));
    }
    return texts(wanted.has("$in") ? wanted.get("$in") : wanted)
        .anyMatch(text -> text.equals(actual));
  }

  private static boolean keyed(String key, JsonNode wanted, List<Map<?, ?>> tags) {
    List<Map<?, ?>> withKey = tags.stream().filter(tag -> key.equals(tag.get("key"))).toList();
    if (wanted.isNull()) {
      return withKey.isEmpty();
    }
    if (wanted.has("$nin")) {
      return withKey.stream()
          .noneMatch(
              tag -> texts(wanted.get("$nin")).anyMatch(text -> text.equals(tag.get("value"))));
    }
    return withKey.stream()
        .anyMatch(tag ->
            texts(wanted.has("$in") ? wanted.get("$in") : wanted)
                .anyMatch(text -> text.equals(tag.get("value"))));
  }

  private static Stream<String> texts(JsonNode oneOrMany) {
    return oneOrMany.isArray()
        ? oneOrMany.valueStream().map(JsonNode::stringValue)
        : Stream.of(oneOrMany.stringValue());
  }
}
