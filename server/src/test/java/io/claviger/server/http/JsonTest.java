package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

final class JsonTest {
  @Test
  void eachRowOfTheTableIsReadAsWritten() throws Exception {
    for (String[] row : Table.rows("http-json", 2)) {
      byte[] body = Table.unescape(row[1]).getBytes(StandardCharsets.ISO_8859_1);
      if (row[0].equals("ok")) {
        assertThat(Json.parse(body)).as(row[1]).isNotNull();
      } else {
        assertThatExceptionOfType(ApiException.class)
            .as(row[1])
            .isThrownBy(() -> Json.parse(body))
            .satisfies(e -> assertThat(e.status()).isEqualTo(400))
            .satisfies(e -> assertThat(e.type()).isEqualTo("Validation"))
            .withMessageStartingWith(row[0]);
      }
    }
  }

  @Test
  void whatIsWrittenIsReadBackTheSame() {
    JsonNode node =
        Json.parse(
            "{\"a\":[1,2.5,\"\\ud83d\\udd11 é\",null,true,{}],\"b\":1e20}"
                .getBytes(StandardCharsets.UTF_8));
    assertThat(Json.parse(Json.write(node))).isEqualTo(node);
  }

  @Test
  void aQueryParameterThatHoldsJsonIsNamed() {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> Json.parse("query", "{\"a\":"))
        .withMessageStartingWith("query is not valid");
    assertThat(Json.parse("query", "{\"a\":1}").path("a").intValue()).isEqualTo(1);
  }

  @Test
  @Timeout(5)
  void aDocumentOfManyDeepValuesTakesLinearTime() {
    String deep = ("{\"" + "n".repeat(256) + "\":").repeat(60);
    String values = "[" + "\"\",".repeat(300_000) + "\"\\u0000\"]";
    byte[] body = (deep + values + "}".repeat(60)).getBytes(StandardCharsets.UTF_8);
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> Json.parse(body))
        .withMessageStartingWith("a field must not hold NUL");
  }

  @Test
  void anyBytesAreADocumentOrARefusal() {
    long seed = 7;
    Random random = new Random(seed);
    String alphabet = "{}[]\",:\\u0dc8ntrfe1.-+ \0\u00ff";
    for (int i = 0; i < 20_000; i++) {
      byte[] body = new byte[random.nextInt(40)];
      for (int k = 0; k < body.length; k++) {
        body[k] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
      }
      try {
        assertThat(Json.parse(Json.write(Json.parse(body)))).isNotNull();
      } catch (ApiException e) {
        assertThat(e.status()).as("seed %d, case %d", seed, i).isEqualTo(400);
      }
    }
  }
}
