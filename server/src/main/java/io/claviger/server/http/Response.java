package io.claviger.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * An answer. The edge adds the security headers of WIR-17 and the request id; a header given here
 * replaces the edge's header of the same name.
 */
public sealed interface Response {
  /** The HTTP status, 200 to 599. */
  int status();

  /** Additional headers by name. */
  Map<String, String> headers();

  /** The same answer with one more header. */
  Response withHeader(String name, String value);

  /**
   * A JSON document.
   *
   * @param status the HTTP status
   * @param body the document
   * @param headers additional headers
   */
  record Json(int status, JsonNode body, Map<String, String> headers) implements Response {
    public Json {
      headers = Map.copyOf(headers);
    }

    @Override
    public Json withHeader(String name, String value) {
      return new Json(status, body, with(headers, name, value));
    }
  }

  /**
   * Bytes of any kind.
   *
   * @param status the HTTP status
   * @param contentType the media type
   * @param body the content; handed over, neither side may change it afterwards
   * @param headers additional headers
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Bytes(int status, String contentType, byte[] body, Map<String, String> headers)
      implements Response {
    public Bytes {
      headers = Map.copyOf(headers);
    }

    @Override
    public Bytes withHeader(String name, String value) {
      return new Bytes(status, contentType, body, with(headers, name, value));
    }
  }

  /**
   * No content.
   *
   * @param status the HTTP status
   * @param headers additional headers
   */
  record Empty(int status, Map<String, String> headers) implements Response {
    public Empty {
      headers = Map.copyOf(headers);
    }

    @Override
    public Empty withHeader(String name, String value) {
      return new Empty(status, with(headers, name, value));
    }
  }

  /** Media type of server-sent events. */
  String EVENT_STREAM = "text/event-stream";

  /** Writes the content of a {@link Stream}. */
  @FunctionalInterface
  interface StreamBody {
    /**
     * Writes until there is no more to write. What is flushed is sent at once.
     *
     * @throws IOException when the client has gone; to be passed on
     */
    void writeTo(OutputStream output) throws IOException;
  }

  /**
   * 200 with content that comes into being while it is sent, for as long as it takes. The body is
   * called once, on the thread of the request, and not at all for HEAD.
   *
   * @param contentType the media type
   * @param body writes the content
   * @param headers additional headers
   */
  record Stream(String contentType, StreamBody body, Map<String, String> headers)
      implements Response {
    public Stream {
      headers = Map.copyOf(headers);
    }

    @Override
    public int status() {
      return 200;
    }

    @Override
    public Stream withHeader(String name, String value) {
      return new Stream(contentType, body, with(headers, name, value));
    }
  }

  /** 200 with content that comes into being while it is sent. */
  static Response stream(String contentType, StreamBody body) {
    return new Stream(contentType, body, Map.of());
  }

  /** 200 with a document. */
  static Response ok(JsonNode body) {
    return json(200, body);
  }

  /** 201 with the created object (WIR-16). */
  static Response created(JsonNode body) {
    return json(201, body);
  }

  /** A document with any status. */
  static Response json(int status, JsonNode body) {
    return new Json(status, body, Map.of());
  }

  /** 204. */
  static Response noContent() {
    return new Empty(204, Map.of());
  }

  /** Any status without content. */
  static Response empty(int status) {
    return new Empty(status, Map.of());
  }

  /** 200 with bytes. */
  static Response bytes(String contentType, byte[] body) {
    return new Bytes(200, contentType, body, Map.of());
  }

  private static Map<String, String> with(Map<String, String> headers, String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return more;
  }
}
