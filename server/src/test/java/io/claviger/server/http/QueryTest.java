package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

final class QueryTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=b                            | {'a':'b'}",
        "a=                             | {'a':''}",
        "a                              | {'a':''}",
        "a=b=c                          | {'a':'b=c'}",
        "&&a=b&                         | {'a':'b'}",
        "a=b+c%20d%2Be                  | {'a':'b c d+e'}",
        "a=%F0%9F%94%91                 | {'a':'\uD83D\uDD11'}",
        "a=1&a=2                        | {'a':['1','2']}",
        "a[]=1&a[]=2                    | {'a':['1','2']}",
        "a[0]=1                         | {'a':['1']}",
        "a[1]=y&a[0]=x                  | {'a':['x','y']}",
        "a[7]=y&a[3]=x&a[]=z            | {'a':['x','y','z']}",
        "a[0]=1&a[0]=2                  | {'a':[['1','2']]}",
        "a[b]=1&a[c]=2                  | {'a':{'b':'1','c':'2'}}",
        "tagFilter[0][key]=k&tagFilter[0][value]=v&tagFilter[1][key]=l | "
            + "{'tagFilter':[{'key':'k','value':'v'},{'key':'l'}]}",
        "tagFilter%5B0%5D%5Bkey%5D=k    | {'tagFilter':[{'key':'k'}]}",
        "f[actor][0][id]=1&f[actor][0][type]=t | {'f':{'actor':[{'id':'1','type':'t'}]}}",
        "a[10000]=1                     | {'a':{'10000':'1'}}",
        "a]=1                           | {'a]':'1'}",
      })
  void readsTheEncodingOfTheClients(String raw, String expected) {
    ObjectNode read = Json.emptyObject();
    Query query = Query.parse(raw);
    query.names().forEach(name -> read.set(name, query.value(name).orElseThrow().toJson()));
    assertThat(read).isEqualTo(Json.parse("expected", expected.replace('\'', '"')));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=%zz            | a must be percent-encoded UTF-8",
        "a=%ff            | a must be percent-encoded UTF-8",
        "a=%00            | a must be percent-encoded UTF-8",
        "a[=1             | a has unbalanced brackets",
        "a[b=1            | a has unbalanced brackets",
        "a[b]c=1          | a has unbalanced brackets",
        "a[[b]]=1         | a has unbalanced brackets",
        "a[b][c][d][e][f][g]=1 | a is nested too deeply",
        "a=1&a[b]=2       | a must be either a text, a list or a set of fields",
        "a[0]=1&a[b]=2    | a must be either a text, a list or a set of fields",
        "a[1]=1&a[01]=2   | a must be either a text, a list or a set of fields",
        "a[b]=1&a[b][c]=2 | a must be either a text, a list or a set of fields",
        "=1               | The query has a name that cannot be read",
        "[a]=1            | The query has a name that cannot be read",
        "%zz=1            | The query has a name that cannot be read",
        "<b>=%zz          | a field must be percent-encoded UTF-8",
      })
  void refusesWhatIsMalformedAndNamesIt(String raw, String message) {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> Query.parse(raw))
        .withMessage(message)
        .satisfies(e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void limitsHoldAtTheLimitAndOnePastIt() {
    assertThat(Query.parse("a=&".repeat(QueryParser.PARAMETERS_MAX)).texts("a"))
        .hasSize(QueryParser.PARAMETERS_MAX);
    assertRefused("a=&".repeat(QueryParser.PARAMETERS_MAX + 1));
    assertThat(Query.parse("n".repeat(QueryParser.NAME_LENGTH_MAX)).names()).hasSize(1);
    assertRefused("n".repeat(QueryParser.NAME_LENGTH_MAX + 1));
    assertThat(Query.parse("a" + "[b]".repeat(QueryParser.DEPTH_MAX - 1)).names()).hasSize(1);
    assertRefused("a" + "[b]".repeat(QueryParser.DEPTH_MAX));
  }

  private static void assertRefused(String raw) {
    assertThatExceptionOfType(ApiException.class).isThrownBy(() -> Query.parse(raw));
  }

  @Test
  void valuesAreAskedForByTheirShape() {
    Query query = Query.parse("one=x&many=y&many=z&list[0]=u&deep[a]=b&blank=");
    assertThat(query.text("one")).hasValue("x");
    assertThat(query.text("blank")).hasValue("");
    assertThat(query.text("absent")).isEmpty();
    assertThat(query.texts("one")).containsExactly("x");
    assertThat(query.texts("many")).containsExactly("y", "z");
    assertThat(query.texts("list")).containsExactly("u");
    assertThat(query.texts("absent")).isEmpty();
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> query.text("many"))
        .withMessage("many must be given once, as text");
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> query.texts("deep"))
        .withMessage("deep must be a list of texts");
    assertThat(query.toString()).as("no values in logs").doesNotContain("x");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyTextIsAQueryOrARefusal(long seed) {
    Random random = new Random(seed);
    String alphabet = "ab01[][][]=&&%25%5B+\u00e9\0;";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder raw = new StringBuilder();
      for (int length = random.nextInt(30); length > 0; length--) {
        raw.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        Query query = Query.parse(raw.toString());
        query.names().forEach(name -> assertThat(query.value(name)).isPresent());
      } catch (ApiException e) {
        assertThat(e.status()).as("seed %d: %s", seed, raw).isEqualTo(400);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatAClientEncodesIsReadBack(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      QueryValue value = randomValue(random, 4);
      StringBuilder raw = new StringBuilder();
      encode("p", value, raw);
      JsonNode read = Query.parse(raw.toString()).value("p").orElseThrow().toJson();
      assertThat(read).as("seed %d: %s", seed, raw).isEqualTo(value.toJson());
    }
  }

  private static QueryValue randomValue(Random random, int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(3)) {
      case 0 -> new QueryValue.Text(Integer.toString(random.nextInt(), 36) + " &=%[]é");
      case 1 ->
          new QueryValue.Items(
              List.of(randomValue(random, depth - 1), randomValue(random, depth - 1)));
      default ->
          new QueryValue.Fields(
              Map.of("x", randomValue(random, depth - 1), "y", randomValue(random, depth - 1)));
    };
  }

  /** As qs does it: indices in brackets, everything percent-encoded. */
  private static void encode(String name, QueryValue value, StringBuilder out) {
    switch (value) {
      case QueryValue.Text(String text) ->
          out.append(out.isEmpty() ? "" : "&")
              .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
              .append('=')
              .append(URLEncoder.encode(text, StandardCharsets.UTF_8));
      case QueryValue.Items(List<QueryValue> items) -> {
        for (int i = 0; i < items.size(); i++) {
          encode(name + "[" + i + "]", items.get(i), out);
        }
      }
      case QueryValue.Fields(Map<String, QueryValue> fields) ->
          fields.forEach((key, field) -> encode(name + "[" + key + "]", field, out));
    }
  }
}
