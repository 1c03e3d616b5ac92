package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RequestTest {
  private static final Route KEYS =
      new Route(Method.POST, "/applications/{a}/keys/{k}", "key", _ -> Response.noContent());

  private static Request request(String target, Map<String, String> headers, String body) {
    return Request.of(
        KEYS,
        target,
        headers,
        InetAddress::getLoopbackAddress,
        body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void showsItsParts() {
    Request request =
        request("/applications/1/keys/2%2F3?x=y", Map.of("authorization", "Bearer t"), "{}");
    assertThat(request.parameter("a")).isEqualTo("1");
    assertThat(request.parameter("k")).isEqualTo("2/3");
    assertThat(request.segments()).containsExactly("applications", "1", "keys", "2/3");
    assertThat(request.tail()).isEmpty();
    assertThat(request.query().text("x")).hasValue("y");
    assertThat(request.header("Authorization")).hasValue("Bearer t");
    assertThat(request.headers("X-Absent")).isEmpty();
    assertThat(request.route()).isEqualTo("key");
    assertThat(request.peer().isLoopbackAddress()).isTrue();
    assertThatIllegalArgumentException().isThrownBy(() -> request.parameter("z"));
  }

  @Test
  void anAbsentBodyIsTheEmptyObject() {
    assertThat(request("/applications/1/keys/2", Map.of(), "").json())
        .isEqualTo(Json.emptyObject());
  }

  @Test
  void aBodyOfAnotherKindIsRefused() {
    assertThatExceptionOfType(ApiException.class)
        .isThrownBy(() -> request("/applications/1/keys/2", Map.of(), "{}").json())
        .satisfies(e -> assertThat(e.status()).isEqualTo(415));
  }

  @Test
  void anyPathIsSegmentsOrARefusal() {
    long seed = 11;
    Random random = new Random(seed);
    String alphabet = "//ab..%%2f2eC3A90;\u00e9\0 ";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder path = new StringBuilder("/");
      for (int length = random.nextInt(20); length > 0; length--) {
        path.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertThat(PathSegments.parse(path.toString()))
            .as("seed %d: %s", seed, path)
            .doesNotContain("..", ".")
            .allMatch(segment -> segment.indexOf('\0') < 0)
            .hasSize((int) path.chars().filter(c -> c == '/').count());
      } catch (ApiException e) {
        assertThat(e.status()).as("seed %d: %s", seed, path).isEqualTo(400);
      }
    }
  }
}
