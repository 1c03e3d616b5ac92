package io.claviger.server.device;

import io.claviger.core.Parsed;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import io.claviger.server.http.QueryValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the query parameters of devices, which nothing has validated before (WIR-5). */
final class DeviceParameters {
  /** Entries of a tag filter (QRY-14). */
  private static final int TAGS_MAX = 100;

  private static final int TEXT_MAX = 255;
  private static final Pattern KEY = Pattern.compile("[0-9a-zA-Z_-]{1,255}");

  private DeviceParameters() {}

  /** Whether a flag is set; absent and blank are no. */
  static boolean flag(Query query, String name) {
    return switch (query.text(name).orElse("")) {
      case "", "false" -> false;
      case "true" -> true;
      default -> throw ApiException.validation(name, "must be true or false");
    };
  }

  /** The wanted beginning of names; empty when none is given. */
  static String prefix(Query query) {
    String prefix = query.text("startsWith").orElse("");
    if (prefix.length() > TEXT_MAX) {
      throw ApiException.validation("startsWith", "must have at most 255 characters");
    }
    return prefix;
  }

  /** The key of tags whose values are wanted. */
  static String key(Query query) {
    String key = query.text("key").orElse("");
    if (!KEY.matcher(key).matches()) {
      throw ApiException.validation(
          "key", "must be given as 1 to 255 letters, digits, underscores or hyphens");
    }
    return key;
  }

  /** The device classes wanted; empty when none is named. */
  static Set<DeviceClass> classes(Query query) {
    return names(query, "deviceClass", DeviceClass::parse);
  }

  /** The members of an enumeration that a parameter names, once or as a list. */
  static <E> Set<E> names(Query query, String name, Function<String, Parsed<E>> parse) {
    return query.texts(name).stream()
        .filter(text -> !text.isEmpty())
        .map(text ->
            switch (parse.apply(text)) {
              case Parsed.Ok<E>(E value) -> value;
              case Parsed.Rejected<E>(String reason) -> throw ApiException.validation(name, reason);
            })
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The system device whose parts are wanted. */
  static Optional<DeviceId> parent(Query query) {
    return query
        .text("parentId")
        .filter(text -> !text.isEmpty())
        .map(text -> {
          if (!ObjectId.isValid(text)) {
            throw ApiException.validation("parentId", "must be an id of 24 hexadecimal digits");
          }
          return new DeviceId(ObjectId.normalise(text));
        });
  }

  /** The entries of a tag filter, all of which must hold (QRY-14). */
  static List<TagSelector> tags(Query query) {
    Optional<QueryValue> value = query.value("tagFilter");
    if (value.isEmpty() || value.get().equals(new QueryValue.Text(""))) {
      return List.of();
    }
    if (!(value.get() instanceof QueryValue.Items(List<QueryValue> items))) {
      throw ApiException.validation("tagFilter", "must be a list such as tagFilter[0][key]=site");
    }
    if (items.size() > TAGS_MAX) {
      throw ApiException.validation("tagFilter", "must have at most 100 entries");
    }
    List<TagSelector> selectors = new ArrayList<>();
    for (QueryValue item : items) {
      selectors.add(selector("tagFilter[" + selectors.size() + "]", item));
    }
    return selectors;
  }

  /** {@code {key?, value?}} with at least one of them (KEY-24). */
  private static TagSelector selector(String field, QueryValue item) {
    if (!(item instanceof QueryValue.Fields(Map<String, QueryValue> fields))
        || !Set.of("key", "value").containsAll(fields.keySet())) {
      throw ApiException.validation(field, "must have key, value or both");
    }
    Optional<String> key = text(field + ".key", fields, "key");
    Optional<String> value = text(field + ".value", fields, "value");
    if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
      throw ApiException.validation(
          field + ".key", "must be 1 to 255 letters, digits, underscores or hyphens");
    }
    if (value.isPresent() && (value.get().isEmpty() || value.get().length() > TEXT_MAX)) {
      throw ApiException.validation(field + ".value", "must have 1 to 255 characters");
    }
    return new TagSelector(key, value);
  }

  private static Optional<String> text(String field, Map<String, QueryValue> fields, String name) {
    if (!fields.containsKey(name)) {
      return Optional.empty();
    }
    if (!(fields.get(name) instanceof QueryValue.Text(String text))) {
      throw ApiException.validation(field, "must be given once, as text");
    }
    return Optional.of(text);
  }
}
