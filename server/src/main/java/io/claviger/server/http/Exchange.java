package io.claviger.server.http;

import io.helidon.common.uri.UriFragment;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One request and its answer. */
final class Exchange implements Request.Source {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final Logger ACCESS = LoggerFactory.getLogger("io.claviger.access");
  private static final String LOG_REQUEST_ID = "requestId";
  private static final byte[] NO_BYTES = new byte[0];

  /** Recorded, never sent: the client went away or was cut off before the answer. */
  private static final int CLIENT_GONE = 499;

  /** Longest method name that is repeated in an answer; the longest registered one has 17. */
  private static final int METHOD_LENGTH_MAX = 20;

  /** Two lines of these could mean one thing to a proxy and another to us. */
  private static final List<HeaderName> ONCE =
      List.of(
          HeaderNames.AUTHORIZATION,
          HeaderNames.CONTENT_LENGTH,
          HeaderNames.CONTENT_TYPE,
          HeaderNames.HOST);

  /** The library checks the characters of a header's name, but not that there are any. */
  private static final HeaderName NAMELESS = HeaderNames.create("");

  private final Edge edge;
  private final RoutingRequest in;
  private final RoutingResponse out;
  private final String id;
  private final String methodName;
  private String route = Router.UNMAPPED;
  private ErrorForm form = ErrorForm.PLAIN;
  private boolean endOfConnection;

  Exchange(Edge edge, RoutingRequest in, RoutingResponse out) {
    this.edge = edge;
    this.in = in;
    this.out = out;
    this.id = edge.ids().next();
    this.methodName = GuardedConnection.methodAsSent(in.prologue().method().text());
  }

  void run() {
    long start = System.nanoTime();
    int status = CLIENT_GONE;
    long nanos = 0;
    MDC.put(LOG_REQUEST_ID, id);
    try {
      Response response = answer();
      if (response instanceof Response.Stream stream) {
        // How long somebody listens says nothing of how long an answer takes.
        nanos = System.nanoTime() - start;
        sendStream(stream);
      } else {
        send(response);
      }
      status = response.status();
    } finally {
      nanos = nanos == 0 ? System.nanoTime() - start : nanos;
      edge.observer().answered(route, status, nanos);
      log(status, nanos);
      MDC.remove(LOG_REQUEST_ID);
    }
  }

  private void log(int status, long nanos) {
    (status >= 500 ? ACCESS.atWarn() : ACCESS.atDebug())
        .addKeyValue("method", Method.of(methodName).map(Method::name).orElse("other"))
        .addKeyValue("route", route)
        .addKeyValue("status", status)
        .addKeyValue("micros", nanos / 1000)
        .log("request");
  }

  /** The one place where an exception becomes an answer. */
  @SuppressWarnings("CatchingThrowable") // an error, too, must leave as 500 without detail
  private Response answer() {
    try {
      return dispatch();
    } catch (ApiException e) {
      return form.response(e);
    } catch (CloseConnectionException e) {
      throw e; // the connection is gone, there is nobody to tell
    } catch (Throwable e) {
      LOG.atError().addKeyValue("route", route).setCause(e).log("request failed");
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return form.response(ApiException.internal());
    }
  }

  private Response dispatch() throws Exception {
    HttpPrologue prologue = in.prologue();
    form = edge.router().form(prologue.uriPath().rawPath());
    requireSoundHeaders();
    if (edge.crossOrigin() && methodName.equals("OPTIONS")) {
      return preflight();
    }
    UriFragment fragment = prologue.fragment();
    if (fragment.hasValue()) {
      throw ApiException.badRequest("The request target must not have a fragment");
    }
    requireToken(methodName);
    List<String> segments = PathSegments.parse(originForm(prologue.uriPath().rawPath()));
    form = edge.router().form(segments);
    @Nullable Method method = Method.of(methodName).orElse(null);
    Router.@Nullable Target target = method == null ? null : edge.router().match(method, segments);
    if (method == null || target == null) {
      return notAllowed(segments);
    }
    route = target.route().name();
    String rawQuery = prologue.hasQuery() ? prologue.query().rawValue() : "";
    Request request = new Request(method, segments, target, rawQuery, this, id);
    return target.route().handler().handle(request);
  }

  private Response notAllowed(List<String> segments) {
    Set<Method> allowed = edge.router().allowed(segments);
    boolean mapped = !EnumSet.of(Method.OPTIONS).containsAll(allowed);
    return form.response(form.unmapped(methodName, mapped))
        .withHeader("Allow", allowed.stream().map(Method::name).collect(Collectors.joining(", ")));
  }

  private Response preflight() {
    StandardHeaders.addPreflightTo(out.headers());
    route = "preflight";
    return Response.noContent();
  }

  private void requireSoundHeaders() {
    ServerRequestHeaders headers = in.headers();
    for (HeaderName name : ONCE) {
      if (headers.contains(name) && headers.get(name).valueCount() > 1) {
        throw ApiException.badRequest(name.defaultCase() + " must be given once");
      }
    }
    if (headers.contains(NAMELESS)) {
      throw ApiException.badRequest("A header has no name");
    }
  }

  private static void requireToken(String method) {
    boolean token = !method.isEmpty() && method.length() <= METHOD_LENGTH_MAX;
    for (int i = 0; token && i < method.length(); i++) {
      char c = method.charAt(i);
      token = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
    }
    if (!token) {
      throw ApiException.badRequest("The request method is malformed");
    }
  }

  /** The path of an absolute-form target, which a server must accept (RFC 9112 section 3.2.2). */
  private static String originForm(String target) {
    int scheme;
    if (target.startsWith("/")) {
      return target;
    } else if (target.regionMatches(true, 0, "http://", 0, 7)) {
      scheme = 7;
    } else if (target.regionMatches(true, 0, "https://", 0, 8)) {
      scheme = 8;
    } else {
      throw ApiException.badRequest("The path must begin with a slash");
    }
    int slash = target.indexOf('/', scheme);
    return slash < 0 ? "/" : target.substring(slash);
  }

  private void sendStream(Response.Stream stream) {
    ServerResponseHeaders headers = out.headers();
    addHeaders(stream);
    headers.set(HeaderNames.CONTENT_TYPE, stream.contentType());
    out.status(Status.OK_200);
    if (methodName.equals("HEAD")) {
      out.send(NO_BYTES);
      return;
    }
    try {
      stream.body().writeTo(out.outputStream());
      // Closing the stream leaves the end to the library's router, which has not seen the request.
      out.commit();
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("the client has gone", e);
    }
  }

  private void addHeaders(Response response) {
    ServerResponseHeaders headers = out.headers();
    StandardHeaders.addTo(headers, edge.crossOrigin(), id);
    for (Map.Entry<String, String> header : response.headers().entrySet()) {
      headers.set(HeaderNames.create(header.getKey()), header.getValue());
    }
    if (endOfConnection || edge.closing().getAsBoolean()) {
      headers.set(HeaderValues.CONNECTION_CLOSE);
    }
  }

  private void send(Response response) {
    ServerResponseHeaders headers = out.headers();
    byte[] body =
        switch (response) {
          case Response.Json json -> {
            headers.set(StandardHeaders.CONTENT_TYPE_JSON);
            yield Json.write(json.body());
          }
          case Response.Bytes bytes -> {
            headers.set(HeaderNames.CONTENT_TYPE, bytes.contentType());
            yield bytes.body();
          }
          case Response.Empty _, Response.Stream _ -> NO_BYTES;
        };
    addHeaders(response);
    out.status(Status.create(response.status()));
    if (methodName.equals("HEAD")) {
      headers.contentLength(body.length);
      out.send(NO_BYTES);
    } else {
      out.send(body);
    }
  }

  @Override
  public List<String> headers(String name) {
    HeaderName headerName = HeaderNames.create(name);
    return in.headers().contains(headerName) ? in.headers().get(headerName).allValues() : List.of();
  }

  @Override
  public InetAddress peer() {
    return in.remotePeer().address() instanceof InetSocketAddress address
        ? address.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  @Override
  public byte[] body() {
    if (!in.content().hasEntity()) {
      return NO_BYTES;
    }
    int limit = edge.limits().bodyBytes();
    try {
      // Not closed here: closing reads on, and what is left unread ends the connection.
      byte[] bytes = in.content().inputStream().readNBytes(limit + 1);
      if (bytes.length <= limit) {
        return bytes;
      }
    } catch (CloseConnectionException e) {
      throw e;
    } catch (RequestException e) {
      throw e.status().code() == 413 ? tooLarge() : malformedBody();
    } catch (IOException | RuntimeException e) {
      throw malformedBody(); // the library has a dozen kinds for a broken transfer coding
    }
    throw tooLarge();
  }

  private ApiException tooLarge() {
    endOfConnection = true;
    return ApiException.payloadTooLarge();
  }

  /** Where the next request would begin is not known. */
  private ApiException malformedBody() {
    endOfConnection = true;
    return ApiException.badRequest("The body is malformed");
  }
}
