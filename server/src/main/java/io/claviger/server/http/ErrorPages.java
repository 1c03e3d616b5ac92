package io.claviger.server.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers to requests that fail before they reach a route: as JSON, with fixed texts, and never
 * blaming the server for what the client sent.
 */
final class ErrorPages implements DirectHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorPages.class);

  private final Edge edge;

  ErrorPages(Edge edge) {
    this.edge = edge;
  }

  DirectHandlers handlers() {
    DirectHandlers.Builder builder = DirectHandlers.builder();
    for (EventType type : EventType.values()) {
      builder.addHandler(type, this);
    }
    return builder.build();
  }

  @Override
  public TransportResponse handle(
      TransportRequest request,
      EventType eventType,
      Status defaultStatus,
      ServerResponseHeaders responseHeaders,
      String message) {
    ApiException error = errorFor(eventType, defaultStatus.code());
    String id = edge.ids().next();
    edge.observer().answered(Router.UNMAPPED, error.status(), 0);
    LOG.atDebug()
        .addKeyValue("requestId", id)
        .addKeyValue("status", error.status())
        .addKeyValue("event", eventType)
        .log("request refused before routing");
    ServerResponseHeaders headers = ServerResponseHeaders.create();
    StandardHeaders.addTo(headers, edge.crossOrigin(), id);
    headers.set(StandardHeaders.CONTENT_TYPE_JSON);
    // Of what could not even be read there is no path.
    String path = Objects.requireNonNullElse(request.path(), "");
    Response.Json answer = edge.router().form(path).response(error);
    for (Map.Entry<String, String> header : answer.headers().entrySet()) {
      headers.set(HeaderNames.create(header.getKey()), header.getValue());
    }
    return TransportResponse.builder()
        .status(Status.create(error.status()))
        .headers(headers)
        .entity(Json.write(answer.body()))
        .keepAlive(false)
        .build();
  }

  /**
   * Everything behind the routing is caught there, so an internal error that arrives here was
   * raised while the request was read: the request is to blame.
   */
  private static ApiException errorFor(EventType eventType, int status) {
    if (eventType == EventType.HTTP_VERSION_NOT_SUPPORTED) {
      return ApiException.badRequest("HTTP/1.1 is required");
    }
    return switch (status) {
      case 413 -> ApiException.payloadTooLarge();
      case 414 -> ApiException.uriTooLong();
      case 503 -> ApiException.unavailable("Too many requests are being answered");
      default -> ApiException.badRequest("The request is malformed");
    };
  }
}
