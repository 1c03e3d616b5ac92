package io.claviger.server.scim;

import io.claviger.core.Parsed;
import io.claviger.core.scim.AttributePath;
import io.claviger.core.scim.Filter;
import io.claviger.core.scim.FilterParser;
import io.claviger.core.scim.PatchPath;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a list or a search asks for (RFC 7644 sections 3.4.2 and 3.4.3).
 *
 * @param startIndex the first that is wanted, counted from 1
 * @param count how many at most, 0 to {@link #COUNT_MAX}
 */
record Listing(
    Optional<Filter> filter,
    Optional<AttributePath> sortBy,
    boolean descending,
    long startIndex,
    int count,
    Optional<String> attributes,
    Optional<String> excludedAttributes) {
  static final int COUNT_MAX = 1_000;
  private static final int COUNT_DEFAULT = 100;

  /** From the query of a GET. */
  static Listing of(Query query) {
    return new Listing(
        query.text("filter").filter(text -> !text.isBlank()).map(Listing::filter),
        query.text("sortBy").filter(text -> !text.isBlank()).map(Listing::path),
        descending(query.text("sortOrder")),
        Math.max(1, number("startIndex", query.text("startIndex")).orElse(1L)),
        count(number("count", query.text("count"))),
        query.text("attributes"),
        query.text("excludedAttributes"));
  }

  /** From the body of a {@code POST /.search}. */
  static Listing of(ObjectNode body) {
    return new Listing(
        ScimJson.text(body, "filter").filter(text -> !text.isBlank()).map(Listing::filter),
        ScimJson.text(body, "sortBy").filter(text -> !text.isBlank()).map(Listing::path),
        descending(ScimJson.text(body, "sortOrder")),
        Math.max(1, number(body, "startIndex").orElse(1L)),
        count(number(body, "count")),
        names(body, "attributes"),
        names(body, "excludedAttributes"));
  }

  private static Optional<String> names(ObjectNode body, String name) {
    Optional<JsonNode> given = ScimJson.member(body, name).map(Map.Entry::getValue);
    if (given.isEmpty() || given.get().isNull()) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>();
    for (JsonNode element : given.get().isArray() ? given.get() : List.of(given.get())) {
      if (!element.isString()) {
        throw ScimErrors.invalidValue(name + " must be texts");
      }
      names.add(element.stringValue());
    }
    return Optional.of(String.join(",", names));
  }

  private static Filter filter(String text) {
    return switch (FilterParser.parse(text)) {
      case Parsed.Ok<Filter>(Filter filter) -> filter;
      case Parsed.Rejected<Filter>(String reason) ->
          throw ScimErrors.invalidFilter("filter " + reason);
    };
  }

  private static AttributePath path(String text) {
    if (FilterParser.parsePath(text) instanceof Parsed.Ok<PatchPath>(PatchPath path)
        && path.filter().isEmpty()) {
      return path.attribute();
    }
    throw ScimErrors.invalidPath("sortBy must be an attribute");
  }

  private static boolean descending(Optional<String> order) {
    return switch (ScimJson.fold(order.orElse("ascending"))) {
      case "ascending", "" -> false;
      case "descending" -> true;
      default -> throw ScimErrors.invalidValue("sortOrder must be one of ascending, descending");
    };
  }

  private static Optional<Long> number(ObjectNode body, String name) {
    Optional<JsonNode> given = ScimJson.member(body, name).map(Map.Entry::getValue);
    return given.isEmpty() || given.get().isNull()
        ? Optional.empty()
        : number(name, Optional.of(given.get().asString("none")));
  }

  private static Optional<Long> number(String name, Optional<String> text) {
    Optional<String> given = text.filter(it -> !it.isBlank());
    if (given.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(given.get().strip()));
    } catch (NumberFormatException e) {
      throw ScimErrors.invalidValue(name + " must be a whole number");
    }
  }

  private static int count(Optional<Long> wanted) {
    return (int) Math.min(COUNT_MAX, Math.max(0, wanted.orElse((long) COUNT_DEFAULT)));
  }

  /** What is shown of each resource. */
  Projection projection(ResourceSchema schema) {
    return Projection.read(schema, attributes, excludedAttributes);
  }

  /**
   * Refuses what cannot be asked of such resources.
   *
   * @throws ApiException 400
   */
  void require(ResourceSchema schema) {
    filter.ifPresent(FilterEvaluator.of(schema)::require);
    sortBy.ifPresent(path -> {
      if (schema.resolve(path).isEmpty()) {
        throw ScimErrors.invalidPath("sortBy names no attribute: " + path);
      }
    });
  }

  /** The resources that the filter means, in order. */
  List<ObjectNode> select(ResourceSchema schema, List<ObjectNode> resources) {
    FilterEvaluator evaluator = FilterEvaluator.of(schema);
    List<ObjectNode> selected = new ArrayList<>(resources);
    filter.ifPresent(it -> selected.removeIf(resource -> !evaluator.matches(it, resource)));
    sortBy.ifPresent(path -> {
      Comparator<ObjectNode> order = Comparator.comparing(resource -> key(schema, path, resource));
      selected.sort(descending ? order.reversed() : order);
    });
    return selected;
  }

  /**
   * Looks at resources one by one and remembers those that the filter means: their ids alone, since
   * there may be many of them, and large ones.
   *
   * @param sorted whether they come in any order and have to be sorted
   */
  Matches matches(ResourceSchema schema, boolean sorted) {
    return new Matches(this, schema, sorted);
  }

  /** The ids of the resources that a filter means. */
  static final class Matches {
    private record Match(String id, String key) {}

    private final Listing listing;
    private final ResourceSchema schema;
    private final boolean sorted;
    private final List<Match> found = new ArrayList<>();

    private Matches(Listing listing, ResourceSchema schema, boolean sorted) {
      this.listing = listing;
      this.schema = schema;
      this.sorted = sorted;
    }

    void offer(ObjectNode resource) {
      FilterEvaluator evaluator = FilterEvaluator.of(schema);
      if (listing.filter().isEmpty() || evaluator.matches(listing.filter().get(), resource)) {
        String key =
            sorted && listing.sortBy().isPresent()
                ? key(schema, listing.sortBy().get(), resource)
                : "";
        found.add(new Match(resource.get("id").stringValue(), key));
      }
    }

    /** In order. */
    List<String> ids() {
      Comparator<Match> order = Comparator.comparing(Match::key);
      if (sorted) {
        found.sort(listing.descending() ? order.reversed() : order);
      }
      return found.stream().map(Match::id).toList();
    }
  }

  /** What a resource is sorted by; one without it comes last upwards (RFC 7644 3.4.2.3). */
  private static String key(ResourceSchema schema, AttributePath path, ObjectNode resource) {
    ResourceSchema.Target target = schema.resolve(path).orElseThrow();
    JsonNode node =
        target.within().isPresent() ? resource.path(target.within().get().name()) : resource;
    node = node.path(target.attribute().name());
    if (node.isArray()) {
      Optional<ObjectNode> primary = Canonical.primary(node);
      node = primary.isPresent() ? primary.get() : node.path(0);
    }
    String sub = target.sub().map(Attribute::name).orElse("value");
    JsonNode value = node.isObject() ? node.path(sub) : node;
    return value.isValueNode() && !value.isNull() ? "0" + ScimJson.fold(value.asString()) : "1";
  }

  /** The part of a list that is wanted. */
  <T> List<T> page(List<T> all) {
    int from = (int) Math.min(all.size(), startIndex - 1);
    return all.subList(from, (int) Math.min(all.size(), (long) from + count));
  }
}
