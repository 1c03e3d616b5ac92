package io.claviger.store.query;

import io.claviger.core.device.TagSelector;
import io.claviger.core.query.Query;
import io.claviger.core.query.QueryField;
import io.claviger.core.query.QueryLimits;
import io.claviger.core.query.TagPart;
import io.claviger.core.query.TagTest;
import io.claviger.core.query.TagTest.Has;
import io.claviger.core.query.TagTest.KeyTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what stands beside a tag field (QRY-10), and entries of a tag filter (QRY-14). */
final class TagParser {
  /** Of keys that tags can have (KEY-24). */
  private static final Pattern KEY = Pattern.compile("[0-9a-zA-Z_-]{1,255}");

  private static final String KEY_FORM = "must be 1 to 255 characters of 0-9 a-z A-Z _ -";
  private static final String PART_FORMS = "must be a text, null, {$in} or {$nin}";

  private TagParser() {}

  static <F extends QueryField> Query<F> condition(F field, Spot at) throws RefusedQuery {
    if (at.node().has("$eq") || at.node().has("$ne")) {
      if (at.node().size() != 1) {
        throw at.refuse("must have nothing beside $eq or $ne");
      }
      String operator = at.names().getFirst();
      return new Query.Tagged<>(field, test(at.property(operator)), operator.equals("$ne"));
    }
    return new Query.Tagged<>(field, test(at), false);
  }

  private static TagTest test(Spot at) throws RefusedQuery {
    if (at.node().isNull()) {
      return new TagTest.Untagged();
    }
    if (!at.node().isObject()) {
      throw at.refuse("must be null or an object");
    }
    return at.node().has("$tagKey") || at.node().has("$tagValue") ? someTag(at) : keyed(at);
  }

  private static TagTest someTag(Spot at) throws RefusedQuery {
    TagPart key = new TagPart.Anything();
    TagPart value = new TagPart.Anything();
    for (String name : at.names()) {
      switch (name) {
        case "$tagKey" -> key = part(at.property(name));
        case "$tagValue" -> value = part(at.property(name));
        default -> throw at.refuseProperty(name, "must not stand beside $tagKey or $tagValue");
      }
    }
    return new TagTest.SomeTag(key, value);
  }

  private static TagPart part(Spot at) throws RefusedQuery {
    if (at.node().isNull()) {
      return new TagPart.Missing();
    }
    if (at.node().isString()) {
      return new TagPart.OneOf(List.of(text(at)));
    }
    String operator = membership(at);
    List<String> texts = texts(at.property(operator));
    return operator.equals("$in") ? new TagPart.OneOf(texts) : new TagPart.NoneOf(texts);
  }

  private static TagTest keyed(Spot at) throws RefusedQuery {
    List<KeyTest> keys = new ArrayList<>();
    for (String name : at.names()) {
      if (name.startsWith("$")) {
        throw at.refuseProperty(name, "is not an operator");
      }
      if (!KEY.matcher(name).matches()) {
        throw at.refuseProperty(name, "is no key of a tag: it " + KEY_FORM);
      }
      keys.add(new KeyTest(name, has(at.property(name))));
    }
    return new TagTest.Keyed(keys);
  }

  private static Has has(Spot at) throws RefusedQuery {
    if (at.node().isNull()) {
      return new Has.Nothing();
    }
    if (at.node().isString()) {
      return new Has.OneOf(List.of(text(at)));
    }
    String operator = membership(at);
    List<String> texts = texts(at.property(operator));
    return operator.equals("$in") ? new Has.OneOf(texts) : new Has.NoneOf(texts);
  }

  /** {@code $in} or {@code $nin}, the only property. */
  private static String membership(Spot at) throws RefusedQuery {
    if (!at.node().isObject()) {
      throw at.refuse(PART_FORMS);
    }
    for (String name : at.names()) {
      if (!name.equals("$in") && !name.equals("$nin")) {
        throw at.refuseProperty(name, "is not an operator of tags");
      }
    }
    if (at.node().size() != 1) {
      throw at.refuse(PART_FORMS);
    }
    return at.names().getFirst();
  }

  private static List<String> texts(Spot at) throws RefusedQuery {
    List<String> texts = new ArrayList<>();
    for (Spot element : at.elements()) {
      texts.add(text(element));
    }
    return texts;
  }

  private static String text(Spot at) throws RefusedQuery {
    return ValueParser.text(at, QueryLimits.TAG_LENGTH_MAX);
  }

  /** {@code {key?, value?}} with one of them at least. */
  static TagSelector selector(Spot at) throws RefusedQuery {
    if (!at.node().isObject()) {
      throw at.refuse("must be an object");
    }
    Optional<String> key = Optional.empty();
    Optional<String> value = Optional.empty();
    for (String name : at.names()) {
      switch (name) {
        case "key" -> key = Optional.of(selectorKey(at.property(name)));
        case "value" -> value = Optional.of(selectorValue(at.property(name)));
        default -> throw at.refuseProperty(name, "must be key or value");
      }
    }
    if (key.isEmpty() && value.isEmpty()) {
      throw at.refuse("must have a key, a value or both");
    }
    return new TagSelector(key, value);
  }

  private static String selectorKey(Spot at) throws RefusedQuery {
    String key = text(at);
    if (!KEY.matcher(key).matches()) {
      throw at.refuse(KEY_FORM);
    }
    return key;
  }

  private static String selectorValue(Spot at) throws RefusedQuery {
    String value = text(at);
    if (value.isEmpty()) {
      throw at.refuse("must have at least one character");
    }
    return value;
  }
}
