package io.claviger.server.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

final class ContractTest {

  private static final Contract CONTRACT = Contract.load();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String CANARY = "tr0ub4dor-c4nary";

  @Test
  void unknownOperationIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONTRACT.validateBody("keys.create", NODES.objectNode()))
        .withMessageContaining("keys.create");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONTRACT.validateResponse("keys.create", 200, NODES.objectNode()));
  }

  @Test
  void bodyOfAnOperationWithoutOneIsIgnored() {
    assertThat(CONTRACT.validateBody("userApiToken.delete", parse("{\"x\":1}"))).isEmpty();
    assertThat(CONTRACT.validateBody("me.get", MissingNode.getInstance())).isEmpty();
  }

  @Test
  void operationsKnowTheirBody() {
    assertThat(CONTRACT.operations())
        .contains(
            new Operation("me.get", "GET", "/me", Operation.Body.NONE),
            new Operation(
                "applicationKeys.post",
                "POST",
                "/applications/{applicationId}/keys",
                Operation.Body.REQUIRED));
  }

  @Test
  void everyErrorOfABodyIsReportedAtOnce() {
    assertThat(
            CONTRACT.validateBody(
                "userApiTokens.post", parse("{\"name\":\"\",\"status\":1,\"secret\":2}")))
        .containsExactlyInAnyOrder(
            new FieldError("name", "must not be empty"),
            new FieldError("status", "must be a string"),
            new FieldError("secret", "is not a known field"));
  }

  @Test
  void numberOfErrorsIsBounded() {
    ObjectNode body = NODES.objectNode();
    for (int i = 0; i < 5000; i++) {
      body.put("field" + i, i);
    }
    assertThat(CONTRACT.validateBody("me.patch", body)).hasSize(20);
  }

  @Test
  void fieldIsPrintableAndShort() {
    ObjectNode body = NODES.objectNode();
    body.put("\u001b[31m" + "x".repeat(4000), 1);

    assertThat(CONTRACT.validateBody("me.patch", body))
        .singleElement()
        .satisfies(error -> {
          assertThat(error.field()).startsWith("?[31mxxx").hasSize(255);
          assertThat(error.sentence()).endsWith("x is not a known field");
        });
  }

  @Test
  void deepBodyIsRefusedWithoutBeingWalked() {
    assertThat(CONTRACT.validateBody("devices.delete", deepQuery(30))).isEmpty();
    assertThat(CONTRACT.validateBody("devices.delete", deepQuery(20_000)))
        .containsExactly(new FieldError("body", "is nested too deeply"));
  }

  private static JsonNode deepQuery(int depth) {
    ObjectNode query = NODES.objectNode();
    for (int i = 0; i < depth; i++) {
      ArrayNode list = NODES.arrayNode().add(query);
      query = NODES.objectNode();
      query.set("$and", list);
    }
    ObjectNode body = NODES.objectNode();
    body.set("query", query);
    return body;
  }

  @Test
  void answersAreHeldToTheirStatus() {
    JsonNode success = parse("{\"success\":true}");
    JsonNode failure = parse("{\"type\":\"NotFound\",\"message\":\"Token was not found\"}");

    assertThat(CONTRACT.validateResponse("userApiToken.delete", 200, success)).isEmpty();
    assertThat(CONTRACT.validateResponse("userApiToken.delete", 404, failure)).isEmpty();
    assertThat(CONTRACT.validateResponse("userApiToken.delete", 503, failure)).isEmpty();
    assertThat(CONTRACT.validateResponse("userApiToken.delete", 200, failure)).isNotEmpty();
    assertThat(CONTRACT.validateResponse("userApiToken.delete", 404, success)).isNotEmpty();
    assertThat(CONTRACT.validateResponse("userApiToken.delete", 201, success))
        .containsExactly(new FieldError("status", "201 is not described"));
    assertThat(CONTRACT.validateResponse("userApiToken.delete", 200, MissingNode.getInstance()))
        .containsExactly(new FieldError("body", "is required"));
    assertThat(CONTRACT.validateResponse("auth.ssoDomain", 204, MissingNode.getInstance()))
        .isEmpty();
    assertThat(CONTRACT.validateResponse("auth.ssoDomain", 204, success))
        .containsExactly(new FieldError("body", "must not be there"));
  }

  @Test
  void tokenInAnAnswerOtherThanTheFirstIsNoticed() {
    ObjectNode created =
        (ObjectNode) documented("/components/examples/ApiTokenCreated/value").deepCopy();

    assertThat(CONTRACT.validateResponse("userApiTokens.post", 201, created)).isEmpty();
    assertThat(CONTRACT.validateResponse("userApiToken.get", 200, created))
        .containsExactly(new FieldError("token", "is not a known field"));
    created.remove("token");
    assertThat(CONTRACT.validateResponse("userApiToken.get", 200, created)).isEmpty();
    assertThat(CONTRACT.validateResponse("userApiTokens.post", 201, created))
        .containsExactly(new FieldError("token", "is required"));
  }

  @Test
  void secretInAnAnswerOtherThanTheFirstIsNoticed() {
    JsonNode created = documented("/components/examples/ApplicationKeyCreated/value");

    assertThat(CONTRACT.validateResponse("applicationKeys.post", 201, created)).isEmpty();
    assertThat(CONTRACT.validateResponse("applicationKey.get", 200, created))
        .containsExactly(new FieldError("secret", "is not a known field"));
  }

  /** WIR-7 and the time format of the wire hold in every answer. */
  @Test
  void answersUseOneSpellingOfIdentifiersAndTimes() {
    ObjectNode token = (ObjectNode) documented("/components/examples/ApiToken/value").deepCopy();
    token.put("id", token.path("id").stringValue().toUpperCase(Locale.ROOT));
    token.put("creationDate", "2026-03-09T10:00:00Z");
    token.put("lastUpdated", "2026-03-09T11:00:00.000+01:00");

    assertThat(CONTRACT.validateResponse("userApiToken.get", 200, token))
        .containsExactly(
            new FieldError("id", "must be 24 lower-case hexadecimal digits"),
            new FieldError("creationDate", "must be in UTC with milliseconds"),
            new FieldError("lastUpdated", "must be in UTC with milliseconds"));
  }

  /** Long hostile texts take no longer than their length warrants. */
  @ParameterizedTest
  @ValueSource(strings = {"@", "a", "A@", "a.", "-", " ", "0", "a@a."})
  void hostileTextsAreJudgedInLinearTime(String unit) {
    String text = unit.repeat(2_000_000 / unit.length());
    ObjectNode user = NODES.objectNode();
    for (String field : List.of("email", "password", "firstName", "lastName", "url")) {
      user.put(field, text);
    }
    ObjectNode device = NODES.objectNode().put("name", text).put("parentId", text);
    device.putArray("tags").addObject().put("key", text).put("value", text);
    ObjectNode job = NODES.objectNode().put("callbackUrl", text).put("email", text);
    job.putObject("query").putObject("tags").put(text, text);
    ObjectNode token = NODES.objectNode().put("name", text).put("expirationDate", text);

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          assertThat(CONTRACT.validateBody("users.post", user)).isNotEmpty();
          assertThat(CONTRACT.validateBody("devices.post", device)).isNotEmpty();
          assertThat(CONTRACT.validateBody("devices.delete", job)).isNotEmpty();
          assertThat(CONTRACT.validateBody("userApiTokens.post", token)).isNotEmpty();
        });
  }

  /** Schemas are compiled on first use, by whichever thread comes first. */
  @Test
  void threadsThatMeetAtTheFirstUseAgree() throws Exception {
    JsonNode body = parse("{\"name\":\"n\",\"orgRoles\":[{\"orgId\":\"x\",\"role\":\"x\"}]}");
    List<FieldError> expected = CONTRACT.validateBody("userApiTokens.post", body);
    assertThat(expected).hasSize(2);

    for (int round = 0; round < 20; round++) {
      Contract fresh = Contract.load();
      var start = new CyclicBarrier(4);
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        Callable<List<FieldError>> judge =
            () -> {
              start.await();
              return fresh.validateBody("userApiTokens.post", body);
            };
        for (var verdict : threads.invokeAll(Collections.nCopies(4, judge))) {
          assertThat(verdict.get()).isEqualTo(expected);
        }
      }
    }
  }

  /** Whatever is sent: a verdict, never an exception, and never the value itself (law 4). */
  @Test
  void messagesNeverRepeatWhatWasSent() {
    long seed = 20_260_309L;
    Random random = new Random(seed);
    List<Operation> withBody =
        CONTRACT.operations().stream().filter(o -> o.body() != Operation.Body.NONE).toList();
    List<String> names = new ArrayList<>();
    documented("/components/schemas").valueStream().forEach(schema -> addNames(schema, names));

    int rejected = 0;
    for (int i = 0; i < 3000; i++) {
      String operation = withBody.get(random.nextInt(withBody.size())).id();
      JsonNode body = randomBody(random, names, 4);
      List<FieldError> errors = CONTRACT.validateBody(operation, body);
      rejected += errors.isEmpty() ? 0 : 1;
      assertThat(errors)
          .as("seed %d, %s %s", seed, operation, body)
          .allSatisfy(error -> {
            assertThat(error.sentence()).doesNotContain(CANARY).hasSizeLessThan(600);
            assertThat(error.field()).isNotBlank();
            assertThat(error.message()).isNotEqualTo("is not valid");
          });
    }
    assertThat(rejected).isGreaterThan(2000);
  }

  private static void addNames(JsonNode schema, List<String> names) {
    schema.path("properties").properties().forEach(property -> names.add(property.getKey()));
  }

  private static JsonNode randomBody(Random random, List<String> names, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return switch (random.nextInt(7)) {
        case 0 -> NODES.nullNode();
        case 1 -> NODES.booleanNode(random.nextBoolean());
        case 2 -> NODES.numberNode(random.nextLong());
        case 3 -> NODES.numberNode(random.nextGaussian());
        case 4 -> NODES.stringNode(CANARY.repeat(1 + random.nextInt(200)));
        case 5 -> NODES.stringNode("");
        default -> NODES.stringNode(CANARY);
      };
    }
    if (random.nextInt(4) == 0) {
      ArrayNode list = NODES.arrayNode();
      for (int i = random.nextInt(4); i > 0; i--) {
        list.add(randomBody(random, names, depth - 1));
      }
      return list;
    }
    ObjectNode fields = NODES.objectNode();
    for (int i = random.nextInt(6); i > 0; i--) {
      String name = names.get(random.nextInt(names.size()));
      fields.set(name, randomBody(random, names, depth - 1));
    }
    return fields;
  }

  private static JsonNode documented(String pointer) {
    return JsonMapper.shared().readTree(CONTRACT.toJson()).at(pointer);
  }

  private static JsonNode parse(String json) {
    return JsonMapper.shared().readTree(json);
  }
}
