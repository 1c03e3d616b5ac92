package io.claviger.server.contract;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.JsonNodeException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The API document, ready to judge bodies and answers. Loading reads the list of operations only;
 * the schema of an operation is compiled when it is first needed and then kept. Safe for use by
 * many threads.
 */
public final class Contract {

  /**
   * No body that makes sense is deeper; advanced queries end at 10 levels of operators (QRY-13).
   */
  static final int BODY_DEPTH_MAX = 64;

  private static final String DOCUMENT = "/io/claviger/spec/openapi.json";
  private static final String JSON = "application/json";
  private static final String SCIM = "application/scim+json";

  /** Words of the document that describe and do not judge. */
  private static final List<String> WITHOUT_EFFECT =
      List.of("components", "x-message", "readOnly", "writeOnly", "example");

  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "patch", "head", "options");

  private final JsonNode document;
  private final Map<String, Described> operations;
  private final Explanation explanation;
  private final SchemaRegistry registry;
  private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

  /** An operation together with its part of the document. */
  private record Described(Operation operation, JsonNode node) {}

  Contract(JsonNode document) {
    this.document = document;
    this.operations = describe(document);
    this.explanation = new Explanation(document);
    Dialect dialect =
        Dialect.builder(Dialects.getDraft202012())
            .formats(Formats.all())
            .keywords(WITHOUT_EFFECT.stream().map(NonValidationKeyword::new).toList())
            .build();
    this.registry =
        SchemaRegistry.withDialect(
            dialect,
            builder ->
                builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(true)
                        .locale(Locale.ROOT)
                        .build()));
  }

  /**
   * Reads the document from the class path, in the JSON form that the build makes of the YAML
   * ({@link DocumentCompiler}).
   *
   * @throws IllegalStateException when there is none; the build is broken then
   */
  public static Contract load() {
    try (InputStream json = Contract.class.getResourceAsStream(DOCUMENT)) {
      if (json == null) {
        throw new IllegalStateException(DOCUMENT + " is not on the class path");
      }
      return new Contract(JsonMapper.shared().readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every operation, in the order of the document. */
  public List<Operation> operations() {
    return operations.values().stream().map(Described::operation).toList();
  }

  /** The operations that make something: success is 201 and nothing else. */
  public Set<String> creating() {
    return operations.values().stream()
        .filter(described -> described.node.path("responses").has("201"))
        .filter(described -> !described.node.path("responses").has("200"))
        .map(described -> described.operation.id())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The document itself as UTF-8 JSON, for clients that read it. */
  public byte[] toJson() {
    return JsonMapper.shared().writeValueAsBytes(document);
  }

  /**
   * What is wrong with a request body; empty when nothing is. Operations without a body ignore it.
   *
   * @param body the parsed body; a missing node when the request had none
   * @throws IllegalArgumentException when the document has no such operation
   */
  public List<FieldError> validateBody(String operationId, JsonNode body) {
    Described described = described(operationId);
    return switch (described.operation.body()) {
      case NONE -> List.of();
      case OPTIONAL -> body.isMissingNode() ? List.of() : validateGiven(described, body);
      case REQUIRED ->
          body.isMissingNode()
              ? List.of(new FieldError("body", "is required"))
              : validateGiven(described, body);
    };
  }

  private List<FieldError> validateGiven(Described described, JsonNode body) {
    if (isDeeperThan(BODY_DEPTH_MAX, body)) {
      return List.of(new FieldError("body", "is nested too deeply"));
    }
    return validate(described.node.path("requestBody"), body);
  }

  /**
   * What is wrong with an answer; empty when nothing is. For tests, which hold the server to what
   * it promises.
   *
   * @param status the HTTP status; failures the operation does not list are held to its default
   * @param body the parsed body; a missing node when the answer had none
   * @throws IllegalArgumentException when the document has no such operation
   */
  public List<FieldError> validateResponse(String operationId, int status, JsonNode body) {
    JsonNode responses = described(operationId).node.path("responses");
    JsonNode response = resolve(responses.path(Integer.toString(status)));
    if (response.isMissingNode() && status >= 400) {
      response = resolve(responses.path("default"));
    }
    if (response.isMissingNode()) {
      return List.of(new FieldError("status", status + " is not described"));
    }
    if (!response.has("content")) {
      return body.isMissingNode()
          ? List.of()
          : List.of(new FieldError("body", "must not be there"));
    }
    return body.isMissingNode()
        ? List.of(new FieldError("body", "is required"))
        : validate(response, body);
  }

  private List<FieldError> validate(JsonNode holder, JsonNode body) {
    JsonNode content = holder.path("content");
    JsonNode media = content.path(content.has(JSON) ? JSON : SCIM);
    String reference = media.path("schema").path("$ref").stringValue();
    Schema schema = compiled.computeIfAbsent(reference, this::compile);
    try {
      return explanation.explain(schema.validate(body));
    } catch (JsonNodeException _) {
      // The library compares whole numbers as 64 bits and gives up beyond them.
      return List.of(new FieldError(beyond64Bits(body, "").orElse("body"), "is out of range"));
    }
  }

  /** The first number of a document that 64 bits do not hold; documents are not deep. */
  private static Optional<String> beyond64Bits(JsonNode node, String path) {
    if (node.isNumber()) {
      return node.canConvertToLong() ? Optional.empty() : Optional.of(path);
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      Optional<String> found = beyond64Bits(node.get(i), path + "[" + i + "]");
      if (found.isPresent()) {
        return found;
      }
    }
    for (var property : node.properties()) {
      String name = path.isEmpty() ? property.getKey() : path + "." + property.getKey();
      Optional<String> found = beyond64Bits(property.getValue(), name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** A schema of its own that refers into the document; the subtrees are shared, not copied. */
  private Schema compile(String reference) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    var components = nodes.objectNode();
    components.set("schemas", document.path("components").path("schemas"));
    var root = nodes.objectNode();
    root.put("$ref", reference);
    root.set("components", components);
    Schema schema = registry.getSchema(root);
    schema.initializeValidators();
    return schema;
  }

  private Described described(String operationId) {
    Described described = operations.get(operationId);
    if (described == null) {
      throw new IllegalArgumentException("the API document has no operation " + operationId);
    }
    return described;
  }

  private JsonNode resolve(JsonNode node) {
    @Nullable String reference = node.path("$ref").asString(null);
    return reference == null ? node : document.at(reference.substring(1));
  }

  private static Map<String, Described> describe(JsonNode document) {
    var operations = new LinkedHashMap<String, Described>();
    for (var path : document.path("paths").properties()) {
      for (var method : path.getValue().properties()) {
        if (METHODS.contains(method.getKey())) {
          var described = describe(path.getKey(), method.getKey(), method.getValue());
          if (operations.put(described.operation.id(), described) != null) {
            throw new IllegalStateException("operationId twice: " + described.operation.id());
          }
        }
      }
    }
    return operations;
  }

  private static Described describe(String path, String method, JsonNode node) {
    String id = node.path("operationId").stringValue();
    JsonNode body = node.path("requestBody");
    Operation.Body kind;
    if (body.isMissingNode()) {
      kind = Operation.Body.NONE;
    } else if (body.path("required").asBoolean(false)) {
      kind = Operation.Body.REQUIRED;
    } else {
      kind = Operation.Body.OPTIONAL;
    }
    return new Described(new Operation(id, method.toUpperCase(Locale.ROOT), path, kind), node);
  }

  /** Without recursion, because the answer decides whether recursion is safe. */
  private static boolean isDeeperThan(int limit, JsonNode root) {
    var level = new ArrayDeque<JsonNode>();
    level.add(root);
    for (int depth = 0; !level.isEmpty(); depth++) {
      if (depth > limit) {
        return true;
      }
      for (int remaining = level.size(); remaining > 0; remaining--) {
        level.remove().valueStream().filter(JsonNode::isContainer).forEach(level::add);
      }
    }
    return false;
  }
}
