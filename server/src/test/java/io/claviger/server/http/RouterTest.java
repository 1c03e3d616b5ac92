package io.claviger.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouterTest {
  private static final List<String> PARTS = List.of("a", "b", "{p}");
  private static final List<String> WORDS = List.of("a", "b", "c", "");

  private static Route route(Method method, String template) {
    return new Route(method, template, method + " " + template, _ -> Response.noContent());
  }

  private static @Nullable String find(Router router, Method method, List<String> segments) {
    Router.@Nullable Target target = router.match(method, segments);
    return target == null ? null : target.route().name();
  }

  @Test
  void literalsGoBeforeParametersBeforeTails() {
    Router router =
        new Router(
            List.of(
                route(Method.GET, "/d/export"),
                route(Method.GET, "/d/{id}"),
                route(Method.GET, "/d/{id}/state"),
                route(Method.GET, "/d/{rest*}"),
                route(Method.POST, "/d/{id}")));
    assertThat(find(router, Method.GET, List.of("d", "export"))).isEqualTo("GET /d/export");
    assertThat(find(router, Method.GET, List.of("d", "1"))).isEqualTo("GET /d/{id}");
    assertThat(find(router, Method.GET, List.of("d", "export", "state")))
        .isEqualTo("GET /d/{id}/state");
    assertThat(find(router, Method.GET, List.of("d", "1", "x"))).isEqualTo("GET /d/{rest*}");
    assertThat(find(router, Method.POST, List.of("d", "export"))).isEqualTo("POST /d/{id}");
    assertThat(find(router, Method.HEAD, List.of("d", "1"))).isEqualTo("GET /d/{id}");
    assertThat(find(router, Method.PUT, List.of("d", "1"))).isNull();
    assertThat(find(router, Method.GET, List.of("d"))).isNull();
    assertThat(router.allowed(List.of("d", "1")))
        .containsExactly(Method.GET, Method.HEAD, Method.POST, Method.OPTIONS);
    assertThat(router.allowed(List.of("x"))).containsExactly(Method.OPTIONS);
  }

  @Test
  void aTrailingSlashIsItsOwnTemplate() {
    Router router = new Router(List.of(route(Method.GET, "/a"), route(Method.GET, "/b/")));
    assertThat(find(router, Method.GET, List.of("a"))).isNotNull();
    assertThat(find(router, Method.GET, List.of("a", ""))).isNull();
    assertThat(find(router, Method.GET, List.of("b"))).isNull();
    assertThat(find(router, Method.GET, List.of("b", ""))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "", "/{a}b", "/a{b}", "//a", "/a//b", "/{}", "/{a*}/b"})
  void malformedTemplatesAreRefused(String template) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Router(List.of(route(Method.GET, template))));
  }

  @Test
  void twoRoutesForTheSameRequestsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Router(List.of(route(Method.GET, "/a/{x}/c"), route(Method.GET, "/a/{y}/c"))));
  }

  /** Every path of up to four words, in many random tables, against a search through the list. */
  @Test
  void findsWhatASearchThroughTheListFinds() {
    List<String> templates = templates();
    List<List<String>> paths = paths();
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      List<Route> routes = new ArrayList<>();
      for (String template : templates) {
        if (random.nextInt(4) == 0) {
          routes.add(route(Method.GET, template));
        }
      }
      Router router = new Router(routes);
      for (List<String> path : paths) {
        assertThat(find(router, Method.GET, path))
            .as("seed %d, path %s", seed, path)
            .isEqualTo(search(routes, path));
      }
    }
  }

  /** The first match in order of preference: at each segment literal, parameter, tail. */
  private static @Nullable String search(List<Route> routes, List<String> path) {
    @Nullable Route best = null;
    for (Route candidate : routes) {
      if (matches(candidate.template(), path)
          && (best == null || rank(candidate.template()).compareTo(rank(best.template())) < 0)) {
        best = candidate;
      }
    }
    return best == null ? null : best.name();
  }

  private static String rank(String template) {
    StringBuilder rank = new StringBuilder();
    for (String part : template.substring(1).split("/", -1)) {
      rank.append(part.endsWith("*}") ? '2' : part.startsWith("{") ? '1' : '0');
    }
    return rank.toString();
  }

  private static boolean matches(String template, List<String> path) {
    String[] parts = template.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].endsWith("*}")) {
        return path.size() > i;
      }
      if (i >= path.size()) {
        return false;
      }
      boolean parameter = parts[i].startsWith("{") && !path.get(i).isEmpty();
      if (!parameter && !parts[i].equals(path.get(i))) {
        return false;
      }
    }
    return parts.length == path.size();
  }

  private static List<String> templates() {
    List<String> templates = new ArrayList<>();
    List<String> prefixes = List.of("");
    for (int depth = 0; depth < 3; depth++) {
      List<String> next = new ArrayList<>();
      for (String prefix : prefixes) {
        PARTS.forEach(part -> next.add(prefix + "/" + part));
        templates.add(prefix + "/{t*}");
        templates.add(prefix + "/");
      }
      templates.addAll(next);
      prefixes = next;
    }
    return templates;
  }

  private static List<List<String>> paths() {
    List<List<String>> paths = new ArrayList<>();
    List<List<String>> prefixes = List.of(List.of());
    for (int depth = 0; depth < 4; depth++) {
      List<List<String>> next = new ArrayList<>();
      for (List<String> prefix : prefixes) {
        for (String word : WORDS) {
          List<String> path = new ArrayList<>(prefix);
          path.add(word);
          next.add(path);
        }
      }
      paths.addAll(next);
      prefixes = next;
    }
    return paths;
  }
}
