package io.claviger.server.contract;

import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Turns what the validator found into what a person can act on. Reads only the document and the
 * places of the errors, never the values that were sent.
 */
final class Explanation {

  /** Enough to repair a body in one go, little enough for a message. */
  private static final int ERRORS_MAX = 20;

  private final JsonNode document;

  Explanation(JsonNode document) {
    this.document = document;
  }

  /** The errors in the order of the schema, without those that follow from others. */
  List<FieldError> explain(List<Error> errors) {
    var explained = new LinkedHashSet<FieldError>();
    for (Error error : withoutConsequences(bestBranches(errors, 0))) {
      explained.add(new FieldError(field(error), message(error)));
      if (explained.size() == ERRORS_MAX) {
        break;
      }
    }
    return List.copyOf(explained);
  }

  /**
   * A value of the wrong type has nothing else wrong that is worth telling. And where any field of
   * a composed schema is wrong, the validator calls all its fields unevaluated.
   */
  private static List<Error> withoutConsequences(List<Error> errors) {
    Set<String> ofOtherType =
        errors.stream()
            .filter(error -> error.getKeyword().equals("type"))
            .map(error -> error.getInstanceLocation().toString())
            .collect(Collectors.toSet());
    boolean onlyUnevaluated =
        errors.stream().allMatch(error -> error.getKeyword().equals("unevaluatedProperties"));
    return errors.stream()
        .filter(error ->
            switch (error.getKeyword()) {
              case "type" -> true;
              case "unevaluatedProperties" -> onlyUnevaluated;
              default -> !ofOtherType.contains(error.getInstanceLocation().toString());
            })
        .toList();
  }

  /**
   * Where a value may have one of several shapes and has none, the validator reports every shape.
   * What helps is the shape the caller probably meant: the one with the fewest errors, and not one
   * that expects another type altogether.
   *
   * @param from how many elements of the evaluation paths have been looked at
   */
  private static List<Error> bestBranches(List<Error> errors, int from) {
    var kept = new ArrayList<Error>();
    var unions = new LinkedHashMap<String, Map<String, List<Error>>>();
    for (Error error : errors) {
      OptionalInt union = nextUnion(error.getEvaluationPath(), from);
      if (union.isPresent()) {
        int branch = union.getAsInt() + 1;
        unions
            .computeIfAbsent(prefix(error.getEvaluationPath(), branch), _ -> new LinkedHashMap<>())
            .computeIfAbsent(prefix(error.getEvaluationPath(), branch + 1), _ -> new ArrayList<>())
            .add(error);
      } else {
        kept.add(error);
      }
    }
    for (var union : unions.entrySet()) {
      int depth = (int) union.getKey().chars().filter(c -> c == '\n').count();
      List<List<Error>> branches =
          union.getValue().values().stream()
              .map(branch -> bestBranches(branch, depth + 1))
              .toList();
      String place = shallowest(branches);
      kept.removeIf(error -> prefix(error.getEvaluationPath(), depth).equals(union.getKey()));
      branches.stream().min((a, b) -> weight(a, place) - weight(b, place)).ifPresent(kept::addAll);
    }
    return kept;
  }

  private static String shallowest(List<List<Error>> branches) {
    return branches.stream()
        .flatMap(List::stream)
        .map(error -> error.getInstanceLocation().toString())
        .min((a, b) -> a.length() - b.length())
        .orElse("");
  }

  private static int weight(List<Error> branch, String place) {
    boolean otherType =
        branch.stream()
            .anyMatch(error ->
                "type".equals(error.getKeyword())
                    && place.equals(error.getInstanceLocation().toString()));
    return branch.size() + (otherType ? 1_000_000 : 0);
  }

  private static OptionalInt nextUnion(NodePath path, int from) {
    for (int i = from; i + 1 < path.getNameCount(); i++) {
      String name = path.getName(i);
      boolean branch = path.getElement(i + 1) instanceof Integer;
      if (branch && (name.equals("oneOf") || name.equals("anyOf"))) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** The first elements of a path as one text, each followed by a line break. */
  private static String prefix(NodePath path, int length) {
    var text = new StringBuilder();
    for (int i = 0; i < Math.min(length, path.getNameCount()); i++) {
      text.append(path.getName(i)).append('\n');
    }
    return text.toString();
  }

  private static String field(Error error) {
    var field = new StringBuilder();
    NodePath path = error.getInstanceLocation();
    for (int i = 0; i < path.getNameCount(); i++) {
      append(field, path.getElement(i));
    }
    switch (error.getKeyword()) {
      case "required", "additionalProperties", "unevaluatedProperties" -> {
        String property = error.getProperty();
        if (property != null) {
          append(field, property);
        }
      }
      default -> {}
    }
    if (field.isEmpty()) {
      return "body";
    }
    String printable = field.toString().replaceAll("[^\\x20-\\x7E]", "?");
    return printable.substring(0, Math.min(printable.length(), FieldError.FIELD_LENGTH_MAX));
  }

  private static void append(StringBuilder field, Object element) {
    if (element instanceof Integer index) {
      field.append('[').append(index).append(']');
    } else {
      field.append(field.isEmpty() ? "" : ".").append(element);
    }
  }

  private String message(Error error) {
    JsonNode expected = error.getSchemaNode();
    return switch (error.getKeyword()) {
      case "required" -> "is required";
      case "additionalProperties", "unevaluatedProperties" -> "is not a known field";
      case "type" -> "must be " + types(expected);
      case "enum" -> "must be one of " + words(expected);
      case "const" -> "must be " + expected.asString();
      case "minLength" ->
          expected.asInt() == 1
              ? "must not be empty"
              : "must have at least " + expected.asInt() + " characters";
      case "maxLength" -> "must have at most " + expected.asInt() + " characters";
      case "minItems" -> "must have at least " + count(expected.asInt(), "entry", "entries");
      case "maxItems" -> "must have at most " + count(expected.asInt(), "entry", "entries");
      case "minProperties" -> "must have at least " + count(expected.asInt(), "field", "fields");
      case "maxProperties" -> "must have at most " + count(expected.asInt(), "field", "fields");
      case "minimum" -> "must be at least " + expected.asString();
      case "maximum" -> "must be at most " + expected.asString();
      case "propertyNames" -> "has a field whose name is not allowed";
      case "uniqueItems" -> "must not contain an entry twice";
      case "pattern" -> ownMessage(error);
      case "format" -> "must be " + format(expected.asString());
      default -> "is not valid";
    };
  }

  /** The clause the document has for a pattern, in the schema that holds the pattern. */
  private String ownMessage(Error error) {
    NodePath holder = error.getSchemaLocation().getFragment().getParent();
    JsonNode schema = document;
    for (int i = 0; i < holder.getNameCount(); i++) {
      schema =
          holder.getElement(i) instanceof Integer index
              ? schema.path(index)
              : schema.path(holder.getName(i));
    }
    return schema.path("x-message").asString("has the wrong form");
  }

  private static String types(JsonNode expected) {
    if (!expected.isArray()) {
      return type(expected.asString());
    }
    return expected
        .valueStream()
        .map(each -> type(each.asString()))
        .collect(Collectors.joining(" or "));
  }

  private static String type(String name) {
    return switch (name) {
      case "string" -> "a string";
      case "integer" -> "a whole number";
      case "number" -> "a number";
      case "boolean" -> "true or false";
      case "array" -> "an array";
      case "object" -> "an object";
      default -> name;
    };
  }

  private static String words(JsonNode values) {
    return values
        .valueStream()
        .map(value -> value.asString().isEmpty() ? "an empty string" : value.asString())
        .collect(Collectors.joining(", "));
  }

  private static String count(int number, String one, String several) {
    return number + " " + (number == 1 ? one : several);
  }

  private static String format(String name) {
    return switch (name) {
      case "date-time" -> "a date and time such as 2026-03-09T10:00:00.000Z";
      case "email" -> "an e-mail address";
      case "uuid" -> "a UUID";
      case "uri" -> "an absolute URI";
      default -> "a valid " + name;
    };
  }
}
