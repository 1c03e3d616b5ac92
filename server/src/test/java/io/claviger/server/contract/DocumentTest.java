package io.claviger.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The document keeps the promises that make it usable as the one description of the API. */
final class DocumentTest {

  private static final Contract CONTRACT = Contract.load();
  private static final JsonNode DOCUMENT = JsonMapper.shared().readTree(CONTRACT.toJson());
  private static final Pattern PATH_PARAMETER = Pattern.compile("\\{(\\w+)}");

  private static List<Operation> operations() {
    return CONTRACT.operations();
  }

  /** Answers whose names are those of attributes or devices, of which there may be none. */
  private static final Set<String> MAPS = Set.of("device.getCompositeState", "data.lastValueQuery");

  @Test
  void describesManyOperationsEachUnderItsOwnNameAndRoute() {
    assertThat(operations()).hasSizeGreaterThan(70);
    assertThat(operations()).extracting(Operation::id).doesNotHaveDuplicates();
    assertThat(operations())
        .extracting(operation -> operation.method() + " " + operation.path())
        .doesNotHaveDuplicates();
  }

  @Test
  void isTheYamlThatPeopleEdit() throws IOException {
    Path yaml = Path.of("..", "spec", "openapi.yaml");

    assertThat(DOCUMENT).isEqualTo(YAMLMapper.shared().readTree(Files.readString(yaml)));
  }

  /** A comma in a text without quotes makes a key of what follows, with nothing in it. */
  @Test
  void nothingIsEmptyButInExamples() {
    assertThat(emptyKeys(DOCUMENT)).isEmpty();
  }

  private static List<String> emptyKeys(JsonNode node) {
    List<String> found = new ArrayList<>();
    node.forEachEntry((name, value) -> {
      if (value.isNull() && !name.equals("default")) {
        found.add(name);
      } else if (!name.startsWith("example")) {
        found.addAll(emptyKeys(value));
      }
    });
    if (node.isArray()) {
      node.forEach(each -> found.addAll(emptyKeys(each)));
    }
    return found;
  }

  @Test
  void everyReferenceResolves() {
    assertThat(references(DOCUMENT))
        .isNotEmpty()
        .allSatisfy(reference -> {
          assertThat(reference).startsWith("#/components/");
          assertThat(DOCUMENT.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
        });
  }

  @Test
  void everyComponentIsUsed() {
    Set<String> used = references(DOCUMENT);
    for (var kind : DOCUMENT.path("components").properties()) {
      if (!kind.getKey().equals("securitySchemes")) {
        for (var component : kind.getValue().properties()) {
          assertThat(used).contains("#/components/" + kind.getKey() + "/" + component.getKey());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void operationIsDescribedInFull(Operation operation) {
    JsonNode node = node(operation);

    assertThat(node.path("summary").asString()).isNotBlank();
    assertThat(tags()).contains(node.path("tags").path(0).asString());
    assertThat(node.path("responses").has("default")).isTrue();
    assertThat(successes(operation)).isNotEmpty();
    if (!node.has("security")) {
      assertThat(node.path("responses").has("401")).as("401").isTrue();
    }
    boolean ownBody = operation.body() != Operation.Body.NONE;
    assertThat(node.path("responses").has("413")).as("413").isEqualTo(ownBody);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void pathParametersAreDeclared(Operation operation) {
    List<String> declared =
        DOCUMENT
            .path("paths")
            .path(operation.path())
            .path("parameters")
            .valueStream()
            .map(DocumentTest::resolved)
            .filter(parameter -> parameter.path("in").asString().equals("path"))
            .map(parameter -> parameter.path("name").asString())
            .toList();
    List<String> used =
        PATH_PARAMETER.matcher(operation.path()).results().map(match -> match.group(1)).toList();

    assertThat(declared).isEqualTo(used);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void requestBodyIsClosedAndItsExamplesAreValid(Operation operation) {
    if (operation.body() == Operation.Body.NONE) {
      return;
    }
    JsonNode media = media(node(operation).path("requestBody"));
    JsonNode schema = resolved(media.path("schema"));

    if (!operation.path().startsWith("/scim/")) {
      assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    }
    assertThat(examples(media)).isNotEmpty();
    for (JsonNode example : examples(media)) {
      assertThat(CONTRACT.validateBody(operation.id(), example)).as("%s", example).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void answerExamplesAreValid(Operation operation) {
    for (var response : node(operation).path("responses").properties()) {
      JsonNode media = media(resolved(response.getValue()));
      if (resolved(response.getValue()).path("content").has("text/csv")) {
        continue; // a file, not a document
      }
      if (media.isMissingNode()) {
        if (!isStream(operation)) {
          assertThat(response.getKey()).isIn("204", "304");
        }
        continue;
      }
      int status = response.getKey().equals("default") ? 599 : Integer.parseInt(response.getKey());
      assertThat(examples(media)).as(response.getKey()).isNotEmpty();
      for (JsonNode example : examples(media)) {
        assertThat(CONTRACT.validateResponse(operation.id(), status, example))
            .as("%s %s", status, example)
            .isEmpty();
      }
    }
  }

  private static boolean isStream(Operation operation) {
    return node(operation).at("/responses/200/content").has("text/event-stream");
  }

  /** A required field of an answer is one whose absence is noticed. */
  @ParameterizedTest
  @MethodSource("operations")
  void answerWithoutItsFieldsIsNoticed(Operation operation) {
    if (MAPS.contains(operation.id()) || isStream(operation)) {
      return;
    }
    for (String status : successes(operation)) {
      boolean file = node(operation).path("responses").path(status).path("content").has("text/csv");
      if (!status.equals("204") && !file) {
        JsonNode nothing = JsonMapper.shared().readTree("{}");
        assertThat(CONTRACT.validateResponse(operation.id(), Integer.parseInt(status), nothing))
            .isNotEmpty();
      }
    }
  }

  /** Nested quantifiers and repeated alternatives are what makes a pattern slow. */
  @Test
  void patternsAreSimple() {
    List<String> patterns = new ArrayList<>();
    collectPatterns(DOCUMENT.at("/components/schemas"), patterns);

    assertThat(patterns)
        .hasSizeGreaterThan(10)
        .allSatisfy(pattern -> {
          assertThat(pattern).doesNotContain("(?", ".*", ".+");
          assertThat(pattern).doesNotMatch(".*[*+}]\\)[*+{].*");
        });
  }

  private static void collectPatterns(JsonNode node, List<String> patterns) {
    node.properties()
        .forEach(property -> {
          if (property.getKey().equals("pattern") && property.getValue().isString()) {
            patterns.add(property.getValue().asString());
          }
          if (property.getKey().equals("patternProperties")) {
            property.getValue().properties().forEach(each -> patterns.add(each.getKey()));
          }
        });
    node.valueStream()
        .filter(JsonNode::isContainer)
        .forEach(each -> collectPatterns(each, patterns));
  }

  private static List<String> tags() {
    return DOCUMENT.path("tags").valueStream().map(tag -> tag.path("name").asString()).toList();
  }

  private static List<String> successes(Operation operation) {
    return node(operation).path("responses").properties().stream()
        .map(response -> response.getKey())
        .filter(status -> status.startsWith("2"))
        .toList();
  }

  /** JSON, or what SCIM calls it. */
  private static JsonNode media(JsonNode holder) {
    JsonNode content = holder.path("content");
    return content.path(
        content.has("application/json") ? "application/json" : "application/scim+json");
  }

  private static List<JsonNode> examples(JsonNode media) {
    return Stream.concat(
            media.path("examples").valueStream().map(each -> resolved(each).path("value")),
            Stream.of(media.path("example")))
        .filter(example -> !example.isMissingNode())
        .toList();
  }

  private static JsonNode node(Operation operation) {
    return DOCUMENT
        .path("paths")
        .path(operation.path())
        .path(operation.method().toLowerCase(Locale.ROOT));
  }

  private static JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? DOCUMENT.at(node.path("$ref").asString().substring(1)) : node;
  }

  private static Set<String> references(JsonNode node) {
    var found = new HashSet<String>();
    collectReferences(node, found);
    return new TreeSet<>(found);
  }

  private static void collectReferences(JsonNode node, Set<String> found) {
    if (node.path("$ref").isString()) {
      found.add(node.path("$ref").asString());
    }
    node.valueStream()
        .filter(JsonNode::isContainer)
        .forEach(each -> collectReferences(each, found));
  }
}
