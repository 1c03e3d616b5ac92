package io.claviger.server.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ObjectNode;

/** A real server with a few handlers that show what they were given. */
final class TestServer implements AutoCloseable {
  static final String SECRET = "a secret that must not leave";

  final HttpServer server;
  final CountDownLatch entered = new CountDownLatch(1);
  final CountDownLatch release = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();

  TestServer(HttpLimits limits) {
    this(limits, (_, _, _) -> {});
  }

  TestServer(HttpLimits limits, RequestObserver observer) {
    server =
        HttpServer.start(
            new HttpAddress("127.0.0.1", 0),
            new Router(
                List.of(
                    new Route(Method.GET, "/things/{name}", "thing.get", TestServer::show),
                    new Route(Method.POST, "/things", "things.post", TestServer::echo),
                    new Route(Method.DELETE, "/things/{name}", "thing.delete", TestServer::show),
                    new Route(Method.GET, "/nothing", "nothing.get", _ -> Response.noContent()),
                    new Route(Method.GET, "/files/{path*}", "files.get", TestServer::tail),
                    new Route(Method.GET, "/broken", "broken.get", TestServer::broken),
                    new Route(Method.GET, "/refused", "refused.get", TestServer::refused),
                    new Route(
                        Method.GET,
                        "/large",
                        "large.get",
                        _ -> Response.bytes("text/plain", new byte[32 << 20])),
                    new Route(Method.GET, "/wait", "wait.get", this::waitForRelease))),
            new HttpAddress("127.0.0.1", 0),
            new Router(
                List.of(
                    new Route(
                        Method.GET, "/health/live", "health.live", _ -> Response.noContent()))),
            limits,
            observer,
            new Random(1));
  }

  private static Response show(Request request) {
    ObjectNode shown = Json.emptyObject();
    shown.put("name", request.parameter("name"));
    shown.put("peer", request.peer().getHostAddress());
    ObjectNode query = shown.putObject("query");
    request
        .query()
        .names()
        .forEach(n -> query.set(n, request.query().value(n).orElseThrow().toJson()));
    shown.put("bodyBytes", request.body().length);
    return Response.ok(shown);
  }

  private static Response echo(Request request) {
    return Response.created(request.json());
  }

  private static Response tail(Request request) {
    return Response.ok(Json.emptyObject().put("tail", String.join("|", request.tail())));
  }

  private static Response broken(Request request) {
    throw new IllegalStateException(SECRET);
  }

  private static Response refused(Request request) {
    throw ApiException.unauthorized();
  }

  private Response waitForRelease(Request request) throws InterruptedException {
    entered.countDown();
    boolean released = release.await(10, TimeUnit.SECONDS);
    return released ? Response.noContent() : Response.empty(500);
  }

  URI uri(String target) {
    return URI.create("http://127.0.0.1:" + server.apiPort() + target);
  }

  HttpRequest.Builder request(String target) {
    return HttpRequest.newBuilder(uri(target)).timeout(Duration.ofSeconds(10));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String target) throws IOException, InterruptedException {
    return send(request(target));
  }

  HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return send(
        request("/things")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  RawHttp raw() throws IOException {
    return new RawHttp(server.apiPort());
  }

  @Override
  public void close() {
    release.countDown();
    server.close();
    client.close();
  }
}
