package io.claviger.server.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a handler sees of a request. Query and body are read when they are first asked for, so that
 * a request which is refused for its credential costs nothing more. Not for use by several threads.
 */
public final class Request {
  /** Where the parts that the connection holds come from. */
  interface Source {
    /** All lines of a header, by its case-insensitive name; empty when it was not sent. */
    List<String> headers(String name);

    /** The address at the other end of the connection. */
    InetAddress peer();

    /**
     * Reads the whole body.
     *
     * @throws ApiException 413 when it is longer than the limit, 400 when it is malformed
     */
    byte[] body();
  }

  private final Method method;
  private final List<String> segments;
  private final Router.Target target;
  private final String rawQuery;
  private final Source source;
  private final String id;
  private @Nullable Query query;
  private byte @Nullable [] body;

  Request(
      Method method,
      List<String> segments,
      Router.Target target,
      String rawQuery,
      Source source,
      String id) {
    this.method = method;
    this.segments = segments;
    this.target = target;
    this.rawQuery = rawQuery;
    this.source = source;
    this.id = id;
  }

  /** The method; HEAD arrives as HEAD at the route of GET. */
  public Method method() {
    return method;
  }

  /** The name of the route. */
  public String route() {
    return target.route().name();
  }

  /** The id that the response's {@code X-Request-Id} and every log line of this request carry. */
  public String id() {
    return id;
  }

  /** The decoded segments of the path; a slash inside a segment was encoded (RUN-6). */
  public List<String> segments() {
    return List.copyOf(segments);
  }

  /**
   * The decoded value of a parameter of the route's template; never empty.
   *
   * @throws IllegalArgumentException when the template has no such parameter
   */
  public String parameter(String name) {
    int index = target.names().indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("route " + route() + " has no parameter " + name);
    }
    return segments.get(target.positions()[index]);
  }

  /** The segments that the tail of the template matched; empty when it has none. */
  public List<String> tail() {
    return target.tail() < 0
        ? List.of()
        : List.copyOf(segments.subList(target.tail(), segments.size()));
  }

  /**
   * The query.
   *
   * @throws ApiException 400 when it is malformed
   */
  public Query query() {
    if (query == null) {
      query = Query.parse(rawQuery);
    }
    return query;
  }

  /** The query as it came, without the question mark; blank when there is none. Never log it. */
  public String rawQuery() {
    return rawQuery;
  }

  /** The first line of a header. */
  public Optional<String> header(String name) {
    List<String> lines = source.headers(name);
    return lines.isEmpty() ? Optional.empty() : Optional.of(lines.getFirst());
  }

  /** All lines of a header, in their order. */
  public List<String> headers(String name) {
    return source.headers(name);
  }

  /** The address at the other end of the connection, which may be a proxy. */
  public InetAddress peer() {
    return source.peer();
  }

  /**
   * The body; empty when there is none or the method has none (WIR-4). Do not change the array.
   *
   * @throws ApiException 413 when it is too long, 400 when its transfer coding is broken
   */
  public byte[] body() {
    if (body == null) {
      body = method.hasBody() ? source.body() : new byte[0];
    }
    return body;
  }

  /**
   * The body as JSON; an absent body is the empty object, as clients send it (WIR-4).
   *
   * @throws ApiException 415 for another content type, 400 for anything that is not strict JSON
   */
  public JsonNode json() {
    byte[] bytes = body();
    if (bytes.length == 0) {
      return Json.emptyObject();
    }
    requireJson();
    return Json.parse(bytes);
  }

  private void requireJson() {
    if (!MediaType.isJson(header("Content-Type").orElse(""))) {
      throw ApiException.unsupportedMediaType();
    }
  }

  /**
   * A request that did not come through a socket, for tests of handlers.
   *
   * @param route the route whose template the path must match
   * @param target path and query as on the request line
   * @param headers header lines by lower-case name
   * @param peer supplies the client's address
   * @param body the body
   */
  public static Request of(
      Route route,
      String target,
      Map<String, String> headers,
      Supplier<InetAddress> peer,
      byte[] body) {
    int question = target.indexOf('?');
    List<String> segments =
        PathSegments.parse(question < 0 ? target : target.substring(0, question));
    Router.@Nullable Target match = new Router(List.of(route)).match(route.method(), segments);
    if (match == null) {
      throw new IllegalArgumentException(target + " does not match " + route.template());
    }
    String rawQuery = question < 0 ? "" : target.substring(question + 1);
    Source source = new FixedSource(headers, peer, body);
    return new Request(route.method(), segments, match, rawQuery, source, "test");
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record FixedSource(Map<String, String> lines, Supplier<InetAddress> address, byte[] bytes)
      implements Source {
    @Override
    public List<String> headers(String name) {
      String line = lines.get(name.toLowerCase(Locale.ROOT));
      return line == null ? List.of() : List.of(line);
    }

    @Override
    public InetAddress peer() {
      return address.get();
    }

    @Override
    public byte[] body() {
      return bytes;
    }
  }
}
