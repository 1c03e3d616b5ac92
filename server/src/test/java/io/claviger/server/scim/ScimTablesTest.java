package io.claviger.server.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.scim.Filter;
import io.claviger.core.scim.FilterParser;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import io.claviger.server.http.ApiException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What filters match and what patches do, case by case. */
class ScimTablesTest {
  private static final ObjectNode JENSEN =
      object(
          """
          {"id":"2819c223-7f76-453a-919d-413861904646","externalId":"701984",
          "userName":"bjensen@example.com","name":{"formatted":"Ms. Barbara J Jensen, III",
          "familyName":"Jensen","givenName":"Barbara"},"title":"Tour Guide","userType":"Employee",
          "active":true,"emails":[{"value":"bjensen@example.com","type":"work","primary":true},
          {"value":"babs@jensen.org","type":"home"}],"ims":[{"value":"someaimhandle","type":"aim"}],
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{
          "department":"Tour Operations","manager":{"value":"26118915"}},
          "meta":{"lastModified":"2026-03-09T10:00:00.000Z"}}\
          """);

  private static ObjectNode object(String json) {
    return (ObjectNode) JsonMapper.shared().readTree(json);
  }

  private static List<Row> filters() {
    return CaseTable.read("scim-filter");
  }

  private static List<Row> groupPatches() {
    return CaseTable.read("scim-patch-group");
  }

  private static List<Row> patches() {
    return CaseTable.read("scim-patch");
  }

  @ParameterizedTest
  @MethodSource("filters")
  void filterHolds(Row row) {
    assertThat(outcome(row.get("filter"))).isEqualTo(row.get("matches"));
  }

  private static String outcome(String text) {
    return switch (FilterParser.parse(text)) {
      case Parsed.Rejected<Filter> _ -> "refused";
      case Parsed.Ok<Filter>(Filter filter) -> {
        FilterEvaluator evaluator = FilterEvaluator.of(ResourceSchema.USER);
        try {
          evaluator.require(filter);
        } catch (ApiException e) {
          assertThat(e.type()).isEqualTo("invalidFilter");
          yield "refused";
        }
        yield evaluator.matches(filter, JENSEN) ? "yes" : "no";
      }
    };
  }

  @ParameterizedTest
  @MethodSource("patches")
  void patchDoes(Row row) {
    ObjectNode user =
        object(
            """
            {"userName":"ada@x","name":{"givenName":"Ada","familyName":"Byron"},"title":"Countess",
            "emails":[{"value":"ada@x","type":"work","primary":true},
            {"value":"ada@home","type":"home"}],
            "roles":[{"value":"view","primary":true}],
            "addresses":[{"type":"work","streetAddress":"100 Universal City Plaza",
            "locality":"Hollywood"}]}\
            """);
    ObjectNode before = user.deepCopy();
    ObjectNode operation = JsonMapper.shared().createObjectNode();
    operation.put("op", row.get("op"));
    if (!row.get("path").isEmpty()) {
      operation.put("path", row.get("path"));
    }
    // The table takes the quotation marks off a text.
    String value = row.get("value");
    boolean text = !value.startsWith("{") && !value.startsWith("[") && !value.equals("null");
    if (text) {
      operation.put("value", value);
    } else {
      operation.set("value", JsonMapper.shared().readTree(value));
    }
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.putArray("Operations").add(operation);

    assertThat(result(user, body, row.get("at"))).isEqualTo(row.get("result"));
    assertThat(user).as("the one given stays as it is").isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("groupPatches")
  void patchOfAGroupDoes(Row row) {
    ObjectNode group =
        object(
            """
            {"displayName":"TourGuides","members":[
            {"value":"2819c223-7f76-453a-919d-413861904646","display":"Babs Jensen"},
            {"value":"902c246b-6245-4190-8e05-00816be7344a","display":"Mandy Pepperidge"}]}\
            """);
    JsonNode body = JsonMapper.shared().readTree("{\"Operations\":" + row.get("operations") + "}");
    assertThat(members(group, (ObjectNode) body)).isEqualTo(row.get("members"));
  }

  private static String members(ObjectNode group, ObjectNode body) {
    try {
      return Patch.apply(ResourceSchema.GROUP, group, body)
          .path("members")
          .valueStream()
          .map(member -> member.get("value").stringValue().substring(0, 4))
          .collect(Collectors.joining(" "));
    } catch (ApiException e) {
      return e.type();
    }
  }

  private static String result(ObjectNode user, ObjectNode body, String at) {
    try {
      JsonNode found = Patch.apply(ResourceSchema.USER, user, body).at(at);
      return found.isMissingNode() ? "none" : found.asString();
    } catch (ApiException e) {
      return e.type();
    }
  }
}
