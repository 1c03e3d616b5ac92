package io.claviger.server.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ChangeEntry;
import io.claviger.server.http.Json;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Changing many devices alike (DEV-1 to DEV-4, DEV-7). */
class DevicesPatchTest {
  private static final TestServer SERVER = TestServer.start();
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final String PUMP =
      "{\"name\":\"pump\",\"description\":\"old\",\"tags\":[{\"key\":\"site\",\"value\":\"n\"},"
          + "{\"key\":\"line\",\"value\":\"1\"},{\"key\":\"site\",\"value\":\"s\"}],"
          + "\"attributes\":[{\"name\":\"t\",\"dataType\":\"number\","
          + "\"attributeTags\":{\"unit\":\"C\"}},{\"name\":\"p\",\"dataType\":\"number\"}]}";

  private DeviceClient client;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void newClient() {
    client = new DeviceClient(SERVER, "patch" + NEXT.incrementAndGet() + "@example.com");
  }

  private JsonNode patch(String json) {
    Answer answer = client.send("PATCH", "", json.replace('\'', '"'));
    assertThat(answer.status()).as("%s %s", json, answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String counts(JsonNode body) {
    return "%d %d %d"
        .formatted(count(body, "updated"), count(body, "failed"), count(body, "skipped"));
  }

  private static int count(JsonNode body, String name) {
    return body.get(name).intValue();
  }

  /** What one operation makes of a device, and whether it makes anything of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "set    | 'target':'name','value':'valve' | updated | /name | 'valve'",
        "set    | 'target':'name','value':'pump' | skipped | /name | 'pump'",
        "set    | 'target':'description','value':'new' | updated | /description | 'new'",
        "remove | 'target':'description' | updated | /description | ",
        "set    | 'target':'deviceClass','value':'gateway' | updated | /deviceClass | 'gateway'",
        "set    | 'target':'deviceClass','value':'system' | failed | /deviceClass | 'standalone'",
        "set    | 'target':'keepDuplicates','value':true | updated | /keepDuplicates | true",
        "set    | 'target':'systemInterval','value':60 | failed | /systemInterval | ",
        "set    | 'target':'gatewayId','value':'0123456789abcdef01234567' | failed | /gatewayId | ",
        "set    | 'target':'parentId','value':'0123456789abcdef01234567' | failed | /parentId | null",
        "remove | 'target':'parentId' | skipped | /parentId | null",
        "set    | 'target':'tag','value':{'key':'site','value':'w'} | updated | /tags | [{'key':'site','value':'w'},{'key':'line','value':'1'}]",
        "set    | 'target':'tag','value':{'key':'line','value':'1'} | skipped | /tags/1 | {'key':'line','value':'1'}",
        "set    | 'target':'tag','value':{'key':'new','value':'1'} | updated | /tags/3 | {'key':'new','value':'1'}",
        "remove | 'target':'tag','tagKey':'site' | updated | /tags | [{'key':'line','value':'1'}]",
        "remove | 'target':'tag','tagKey':'none' | skipped | /tags/1 | {'key':'line','value':'1'}",
        "add    | 'target':'attribute','value':{'name':'v','dataType':'string'} | updated | /attributes/2 | {'name':'v','dataType':'string'}",
        "add    | 'target':'attribute','value':{'name':'p','dataType':'number'} | skipped | /attributes/1 | {'name':'p','dataType':'number'}",
        "add    | 'target':'attribute','value':{'name':'p','dataType':'string'} | failed | /attributes/1 | {'name':'p','dataType':'number'}",
        "add    | 'target':'attributeSystem','value':{'name':'v','dataType':'string'} | failed | /attributes/2 | ",
        "remove | 'target':'attribute','attributeName':'t' | updated | /attributes | [{'name':'p','dataType':'number'}]",
        "remove | 'target':'attribute','attributeName':'x' | skipped | /attributes/1/name | 'p'",
        "set    | 'target':'attributeTag','attributeName':'t','value':{'key':'unit','value':'K'} | updated | /attributes/0/attributeTags | {'unit':'K'}",
        "set    | 'target':'attributeTag','attributeName':'x','value':{'key':'unit','value':'K'} | skipped | /attributes/0/attributeTags | {'unit':'C'}",
        "remove | 'target':'attributeTag','attributeName':'t','tagKey':'unit' | updated | /attributes/0/attributeTags | ",
        "set    | 'target':'attributeDescription','attributeName':'p','value':'d' | updated | /attributes/1/description | 'd'",
        "remove | 'target':'attributeDescription','attributeName':'p' | skipped | /attributes/1/description | ",
        "set    | 'target':'attributeContentType','attributeName':'p','value':'a/b' | updated | /attributes/1/contentType | 'a/b'",
        "set    | 'target':'attributeName','attributeName':'p','value':'q' | updated | /attributes/1/name | 'q'",
        "set    | 'target':'attributeName','attributeName':'p','value':'p' | skipped | /attributes/1/name | 'p'",
        "set    | 'target':'attributeName','attributeName':'p','value':'t' | failed | /attributes/1/name | 'p'",
        "set    | 'target':'attributeName','attributeName':'x','value':'t' | skipped | /attributes/0/name | 't'",
      })
  void anOperationDoesWhatItSays(
      String operation, String rest, String outcome, String place, String value) {
    String device = client.create(PUMP);
    JsonNode result =
        patch(
            "{'deviceIds':['%s'],'updateOperations':[{'operation':'%s',%s}]}"
                .formatted(device, operation, rest));
    for (String each : List.of("updated", "failed", "skipped")) {
      assertThat(count(result, each))
          .as("%s %s", each, result)
          .isEqualTo(each.equals(outcome) ? 1 : 0);
    }
    assertThat(result.get("failures").size()).isEqualTo(outcome.equals("failed") ? 1 : 0);
    JsonNode after = client.read("/" + device).at(place);
    assertThat(after.isMissingNode() ? "" : after.toString())
        .isEqualTo(value == null ? "" : value.replace('\'', '"'));
  }

  /** Fields first, then the operations in their order, on what the one before made. */
  @Test
  void fieldsAndOperationsFollowEachOther() {
    String device = client.create(PUMP);
    assertThat(
            counts(
                patch(
                    "{'query':{'name':'pump'},'updateFields':{'tags':[],'name':'a'},"
                        + "'updateOperations':["
                        + "{'operation':'set','target':'tag','value':{'key':'k','value':'v'}},"
                        + "{'operation':'set','target':'attributeName','attributeName':'p','value':'q'},"
                        + "{'operation':'remove','target':'attribute','attributeName':'q'},"
                        + "{'operation':'set','target':'name','value':'b'}]}")))
        .isEqualTo("1 0 0");
    JsonNode after = client.read("/" + device);
    assertThat(after.get("name").stringValue()).isEqualTo("b");
    assertThat(after.get("tags").toString()).isEqualTo("[{\"key\":\"k\",\"value\":\"v\"}]");
    assertThat(DeviceClient.texts(after.get("attributes"), "name")).containsExactly("t");
  }

  /** DEV-2: what was reported follows its attribute, whatever that is called in between. */
  @Test
  void aRenamedAttributeKeepsWhatWasReported() {
    String device = client.create(PUMP);
    assertThat(
            client.send("POST", "/" + device + "/state", "{\"data\":{\"t\":1,\"p\":2}}").status())
        .isEqualTo(200);
    assertThat(counts(patch(operations(device, renaming("p", "q"))))).isEqualTo("1 0 0");
    assertThat(reported(device)).isEqualTo("q=2 t=1");
    String exchange =
        String.join(",", renaming("t", "between"), renaming("q", "t"), renaming("between", "q"));
    assertThat(counts(patch(operations(device, exchange)))).isEqualTo("1 0 0");
    assertThat(reported(device)).isEqualTo("q=1 t=2");
  }

  /** DEV-2: what was reported goes with its attribute, and not to another one of that name. */
  @Test
  void aRemovedAttributeTakesAlongWhatWasReported() {
    String device = client.create(PUMP);
    assertThat(
            client.send("POST", "/" + device + "/state", "{\"data\":{\"t\":1,\"p\":2}}").status())
        .isEqualTo(200);
    String again =
        "{'operation':'remove','target':'attribute','attributeName':'t'},"
            + renaming("p", "q")
            + ",{'operation':'add','target':'attribute','value':{'name':'p','dataType':'number'}},"
            + "{'operation':'add','target':'attribute','value':{'name':'t','dataType':'number'}}";
    assertThat(counts(patch(operations(device, again)))).isEqualTo("1 0 0");
    assertThat(reported(device)).isEqualTo("q=2");
  }

  private static String operations(String device, String operations) {
    return "{'deviceIds':['%s'],'updateOperations':[%s]}".formatted(device, operations);
  }

  private static String renaming(String from, String to) {
    return "{'operation':'set','target':'attributeName','attributeName':'%s','value':'%s'}"
        .formatted(from, to);
  }

  /** The last values of a device. */
  private String reported(String device) {
    return client.read("/" + device + "/compositeState").properties().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue().get("value"))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  /** One that cannot be changed stays whole; the others are changed, each with its own entry. */
  @Test
  void eachDeviceIsChangedWholeOrNotAtAll() {
    String first = client.create("{\"name\":\"a\"}");
    String system = client.create("{\"name\":\"b\",\"deviceClass\":\"system\"}");
    String done = client.create("{\"name\":\"new\",\"deviceClass\":\"gateway\"}");
    client.create("{\"name\":\"bystander\"}");
    long before = SERVER.wiring().database().changeLog().head().sequence();
    JsonNode result =
        patch(
            "{'deviceIds':['%s','%s','%s','%s','ffffffffffffffffffffffff'],'updateOperations':["
                    .formatted(first, system, done, first.toUpperCase(java.util.Locale.ROOT))
                + "{'operation':'set','target':'name','value':'new'},"
                + "{'operation':'set','target':'deviceClass','value':'gateway'}]}");
    assertThat(counts(result)).isEqualTo("1 2 1");
    assertThat(result.get("failures").toString())
        .isEqualTo(
            "[{\"deviceId\":\"%s\",\"message\":\"deviceClass cannot be changed to or from system\"}]"
                .formatted(system));
    assertThat(client.names("")).containsExactly("b", "bystander", "new", "new");
    List<ChangeEntry> entries = SERVER.wiring().database().changeLog().page(before, 10);
    assertThat(entries).hasSize(1);
    assertThat(entries.getFirst().change().action()).isEqualTo("devices.patch");
    assertThat(entries.getFirst().change().subject().id()).isEqualTo(first);
    assertThat(
            Json.parse("after", entries.getFirst().change().after().orElseThrow())
                .get("name")
                .stringValue())
        .isEqualTo("new");
  }

  /** A device that was just put beneath another is beneath it for the next one. */
  @Test
  void noDeviceEndsUpBeneathItself() {
    String top = client.create("{\"name\":\"top\",\"deviceClass\":\"system\"}");
    String low =
        client.create("{\"name\":\"low\",\"deviceClass\":\"system\",\"parentId\":\"" + top + "\"}");
    JsonNode result =
        patch("{'query':{'deviceClass':'system'},'updateFields':{'parentId':'" + low + "'}}");
    assertThat(counts(result)).isEqualTo("0 2 0");
    assertThat(client.read("/" + low).get("parentId").stringValue()).isEqualTo(top);
  }

  @Test
  void theLimitOfTagsHoldsForEach() {
    StringBuilder tags = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      tags.append(i == 0 ? "" : ",").append("{\"key\":\"k").append(i).append("\",\"value\":\"v\"}");
    }
    client.create("{\"name\":\"full\",\"tags\":[" + tags + "]}");
    client.create("{\"name\":\"room\"}");
    JsonNode result =
        patch(
            "{'query':{},'updateOperations':[{'operation':'set','target':'tag',"
                + "'value':{'key':'more','value':'v'}}]}");
    assertThat(counts(result)).isEqualTo("1 1 0");
    assertThat(result.get("failures").get(0).get("message").stringValue())
        .isEqualTo("tags limit of 100 is reached");
  }

  /** More than fit into one transaction; what the change makes of them does not matter. */
  @Test
  void manyAtOnce() {
    for (int i = 0; i < 230; i++) {
      client.create("{\"name\":\"many\"}");
    }
    JsonNode result = patch("{'query':{'name':'many'},'updateFields':{'name':'done'}}");
    assertThat(counts(result)).isEqualTo("230 0 0");
    assertThat(counts(patch("{'query':{'name':'done'},'updateFields':{'name':'done'}}")))
        .isEqualTo("0 0 230");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'updateFields':{'name':'x'}}",
        "{'query':{},'deviceIds':[],'updateFields':{'name':'x'}}",
        "{'query':{}}",
        "{'query':{},'updateFields':{},'updateOperations':[]}",
        "{'query':{'nme':1},'updateFields':{'name':'x'}}",
        "{'query':{'$or':[{'$where':1}]},'updateFields':{'name':'x'}}",
        "{'query':null,'updateFields':{'name':'x'}}",
        "{'deviceIds':['x'],'updateFields':{'name':'x'}}",
        "{'query':{},'updateFields':{'id':'0123456789abcdef01234567'}}",
        "{'query':{},'updateFields':{'name':''}}",
        "{'query':{},'updateOperations':[{'operation':'set','target':'id','value':'x'}]}",
        "{'query':{},'updateOperations':[{'operation':'remove','target':'name'}]}",
        "{'query':{},'updateOperations':[{'operation':'set','target':'name'}]}",
        "{'query':{},'updateOperations':[{'operation':'set','target':'name','value':7}]}",
        "{'query':{},'updateOperations':[{'operation':'add','target':'tag','tagKey':'k'}]}",
        "{'query':{},'updateOperations':[null]}",
        "{'query':{},'updateOperations':{}}"
      })
  void whatIsNotUnderstoodChangesNothing(String json) {
    client.create("{\"name\":\"stays\"}");
    Answer refused = client.send("PATCH", "", json.replace('\'', '"'));
    assertThat(refused.status()).as("%s", refused.body()).isEqualTo(400);
    assertThat(client.names("")).containsExactly("stays");
  }

  /** A device may not, whatever it reaches; devices of another application are not there. */
  @Test
  void othersDevicesAreNotThere() {
    String mine = client.create("{\"name\":\"mine\"}");
    DeviceClient other = new DeviceClient(SERVER, "patchother" + NEXT.get() + "@example.com");
    Answer answer =
        other.send(
            "PATCH",
            "",
            "{\"deviceIds\":[\"" + mine + "\"],\"updateFields\":{\"name\":\"theirs\"}}");
    assertThat(counts(answer.body())).isEqualTo("0 1 0");
    assertThat(client.names("")).containsExactly("mine");
    String token = client.deviceToken(mine, false, "[]", "[]");
    assertThat(
            SERVER
                .send(
                    "PATCH",
                    client.path(""),
                    token,
                    "{\"query\":{},\"updateFields\":{\"name\":\"x\"}}")
                .status())
        .isEqualTo(403);
  }
}
