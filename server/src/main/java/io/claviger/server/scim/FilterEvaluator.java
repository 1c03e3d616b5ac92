package io.claviger.server.scim;

import io.claviger.core.scim.AttributePath;
import io.claviger.core.scim.Comparison;
import io.claviger.core.scim.Filter;
import io.claviger.core.scim.Filter.Literal;
import io.claviger.server.http.ApiException;
import io.claviger.store.Fold;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Says whether a filter holds for a resource (RFC 7644 section 3.4.2.2). Where an attribute has
 * many values, one that satisfies the test is enough, also where the test is {@code ne}. What an
 * attribute without a value compares like: not equal to anything, equal to {@code null}.
 */
final class FilterEvaluator {
  /** Finds the attribute that a path names. */
  private interface Names {
    ResourceSchema.Target resolve(AttributePath path);
  }

  private final Names names;

  private FilterEvaluator(Names names) {
    this.names = names;
  }

  /** For resources of that kind. */
  static FilterEvaluator of(ResourceSchema schema) {
    return new FilterEvaluator(path ->
        schema
            .resolve(path)
            .orElseThrow(() -> ScimErrors.invalidFilter("filter names no attribute: " + path)));
  }

  /** For the values of one attribute. */
  static FilterEvaluator of(Attribute attribute) {
    return new FilterEvaluator(path ->
        Optional.of(path)
            .filter(it -> it.schema().isEmpty() && it.sub().isEmpty())
            .flatMap(it -> attribute.sub(it.name()))
            .map(sub -> new ResourceSchema.Target(Optional.empty(), sub, Optional.empty()))
            .orElseThrow(() ->
                ScimErrors.invalidFilter(attribute.name() + " has no sub-attribute " + path)));
  }

  /**
   * Refuses a filter that cannot be asked of any resource, however many there are.
   *
   * @throws ApiException 400 invalidFilter
   */
  void require(Filter filter) {
    switch (filter) {
      case Filter.And(Filter left, Filter right) -> {
        require(left);
        require(right);
      }
      case Filter.Or(Filter left, Filter right) -> {
        require(left);
        require(right);
      }
      case Filter.Not(Filter inner) -> require(inner);
      case Filter.Present(AttributePath path) -> requireShown(names.resolve(path), path);
      case Filter.Compare compare -> requireComparable(compare);
      case Filter.Value(AttributePath path, Filter inner) -> {
        Attribute attribute = names.resolve(path).attribute();
        if (!attribute.isComplex() || path.sub().isPresent()) {
          throw ScimErrors.invalidFilter(path + " has no sub-attributes to filter by");
        }
        of(attribute).require(inner);
      }
    }
  }

  /** What is never shown must not be found out by asking either. */
  private static void requireShown(ResourceSchema.Target target, AttributePath path) {
    if (target.attribute().returned() == Attribute.Returned.NEVER) {
      throw ScimErrors.invalidFilter(path + " cannot be filtered by");
    }
  }

  private void requireComparable(Filter.Compare compare) {
    ResourceSchema.Target target = names.resolve(compare.attribute());
    requireShown(target, compare.attribute());
    Attribute leaf = leaf(target);
    if (leaf.isComplex()) {
      throw ScimErrors.invalidFilter(compare.attribute() + " must be compared by a sub-attribute");
    }
    boolean ordered =
        switch (compare.comparison()) {
          case EQ, NE -> false;
          case CO, SW, EW, GT, GE, LT, LE -> true;
        };
    if (ordered && leaf.type() == Attribute.Type.BOOLEAN) {
      throw ScimErrors.invalidFilter(compare.attribute() + " can only be compared by eq and ne");
    }
    if (ordered && !(compare.literal() instanceof Literal.Text)) {
      throw ScimErrors.invalidFilter(compare.attribute() + " must be compared with a text");
    }
  }

  /** The attribute whose values are compared: of many complex ones it is {@code value}. */
  private static Attribute leaf(ResourceSchema.Target target) {
    Attribute attribute = target.sub().orElse(target.attribute());
    return attribute.isComplex() ? attribute.sub("value").orElse(attribute) : attribute;
  }

  boolean matches(Filter filter, ObjectNode resource) {
    return switch (filter) {
      case Filter.And(Filter left, Filter right) ->
          matches(left, resource) && matches(right, resource);
      case Filter.Or(Filter left, Filter right) ->
          matches(left, resource) || matches(right, resource);
      case Filter.Not(Filter inner) -> !matches(inner, resource);
      case Filter.Present(AttributePath path) ->
          values(names.resolve(path), resource, false).stream().anyMatch(FilterEvaluator::isGiven);
      case Filter.Compare compare -> compares(compare, resource);
      case Filter.Value(AttributePath path, Filter inner) -> {
        ResourceSchema.Target target = names.resolve(path);
        FilterEvaluator within = of(target.attribute());
        yield values(target, resource, false).stream()
            .anyMatch(value -> value instanceof ObjectNode one && within.matches(inner, one));
      }
    };
  }

  private static boolean isGiven(JsonNode value) {
    return !value.isNull()
        && !(value.isContainer() && value.isEmpty())
        && !(value.isString() && value.stringValue().isEmpty());
  }

  /** All values that a path leads to. */
  private static List<JsonNode> values(
      ResourceSchema.Target target, ObjectNode resource, boolean leaves) {
    List<JsonNode> values = List.of(resource);
    if (target.within().isPresent()) {
      values = step(values, target.within().get().name());
    }
    values = step(values, target.attribute().name());
    if (target.sub().isPresent()) {
      values = step(values, target.sub().get().name());
    }
    return leaves && target.sub().orElse(target.attribute()).isComplex()
        ? step(values, "value")
        : values;
  }

  private static List<JsonNode> step(List<JsonNode> from, String name) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode node : from) {
      JsonNode value = node.path(name);
      if (value.isArray()) {
        value.forEach(found::add);
      } else if (!value.isMissingNode()) {
        found.add(value);
      }
    }
    return found;
  }

  private boolean compares(Filter.Compare compare, ObjectNode resource) {
    ResourceSchema.Target target = names.resolve(compare.attribute());
    List<JsonNode> values =
        values(target, resource, true).stream().filter(FilterEvaluator::isGiven).toList();
    boolean unequal = compare.comparison() == Comparison.NE;
    if (values.isEmpty() || compare.literal() instanceof Literal.Null) {
      boolean bothAbsent = values.isEmpty() && compare.literal() instanceof Literal.Null;
      boolean equal = compare.comparison() == Comparison.EQ;
      return (equal && bothAbsent) || (unequal && !bothAbsent);
    }
    Attribute leaf = leaf(target);
    if (unequal) {
      return values.stream()
          .anyMatch(value -> !compares(value, Comparison.EQ, compare.literal(), leaf));
    }
    return values.stream()
        .anyMatch(value -> compares(value, compare.comparison(), compare.literal(), leaf));
  }

  private static boolean compares(
      JsonNode value, Comparison comparison, Literal literal, Attribute leaf) {
    return switch (literal) {
      case Literal.Text(String text) ->
          value.isString()
              ? texts(value.stringValue(), comparison, text, leaf)
              : value.isBoolean() && value.asString().equalsIgnoreCase(text);
      case Literal.Flag(boolean flag) ->
          value.isBoolean()
              ? value.booleanValue() == flag
              : value.isString() && value.stringValue().equalsIgnoreCase(String.valueOf(flag));
      case Literal.Amount(BigDecimal number) ->
          value.isNumber() && value.decimalValue().compareTo(number) == 0;
      case Literal.Null _ -> false;
    };
  }

  private static boolean texts(String value, Comparison comparison, String wanted, Attribute leaf) {
    boolean part =
        switch (comparison) {
          case CO, SW, EW -> true;
          case EQ, NE, GT, GE, LT, LE -> false;
        };
    if (leaf.type() == Attribute.Type.DATE_TIME && !part) {
      Optional<Integer> order = times(value, wanted);
      if (order.isPresent()) {
        return ordered(order.get(), comparison);
      }
    }
    String left = leaf.caseExact() ? value : Fold.fold(value);
    String right = leaf.caseExact() ? wanted : Fold.fold(wanted);
    return switch (comparison) {
      case CO -> left.contains(right);
      case SW -> left.startsWith(right);
      case EW -> left.endsWith(right);
      case EQ, NE, GT, GE, LT, LE -> ordered(left.compareTo(right), comparison);
    };
  }

  private static Optional<Integer> times(String value, String wanted) {
    try {
      return Optional.of(
          OffsetDateTime.parse(value)
              .toInstant()
              .compareTo(OffsetDateTime.parse(wanted).toInstant()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static boolean ordered(int order, Comparison comparison) {
    return switch (comparison) {
      case EQ -> order == 0;
      case NE -> order != 0;
      case GT -> order > 0;
      case GE -> order >= 0;
      case LT -> order < 0;
      case LE -> order <= 0;
      case CO, SW, EW -> false;
    };
  }
}
