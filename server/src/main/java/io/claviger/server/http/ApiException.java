package io.claviger.server.http;

import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error that the client is told about: an HTTP status and the body {@code {"type","message"}}
 * (ERR-1). Everything in it is public. It carries no stack trace, so that refusing is as cheap as
 * answering.
 */
public class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The one message for every credential that is not accepted (ERR-3). */
  public static final String INVALID_ACCESS_TOKEN = "Invalid access token";

  private static final Map<String, String> BEARER_CHALLENGE = Map.of("WWW-Authenticate", "Bearer");

  private final int status;
  private final String type;
  private final transient Map<String, String> headers;

  /**
   * An error of a kind that has no factory here.
   *
   * @param status 400 to 599
   * @param type the error's name on the wire
   * @param message the public text
   * @param headers additional response headers
   */
  public ApiException(int status, String type, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.headers = Map.copyOf(headers);
  }

  private ApiException(int status, String type, String message) {
    this(status, type, message, Map.of());
  }

  /** 400: the request is not what HTTP or this API allows, and no field is to blame. */
  public static ApiException badRequest(String message) {
    return new ApiException(400, "BadRequest", message);
  }

  /**
   * 400: a field of the body or the query is wrong; the message begins with its name (ERR-8).
   *
   * @param field the field, such as {@code name} or {@code orgRoles[0].orgId}
   * @param message the clause that follows it, such as {@code must not be empty}
   */
  public static ApiException validation(String field, String message) {
    return new ApiException(400, "Validation", field + " " + message);
  }

  /** 401 with the one message for every cause (ERR-3). */
  public static ApiException unauthorized() {
    return new ApiException(401, "Unauthorized", INVALID_ACCESS_TOKEN, BEARER_CHALLENGE);
  }

  /**
   * 401 of type {@code AccountLocked} after too many failed log-ins (USR-5). The status is 401, as
   * for any failed log-in: clients tell the two apart by the type, which is the only thing that
   * makes the command line stop asking for the password again.
   */
  public static ApiException locked(String message) {
    return new ApiException(401, "AccountLocked", message);
  }

  /** 403: the resource may be seen, the action may not be done (ERR-4). */
  public static ApiException forbidden(String message) {
    return new ApiException(403, "Forbidden", message);
  }

  /**
   * 404: absent, or not to be seen by this caller (ERR-5).
   *
   * @param what the kind of resource, such as {@code Application}
   */
  public static ApiException notFound(String what) {
    return new ApiException(404, "NotFound", what + " was not found");
  }

  /** 405: no such path, or not with this method (ERR-2). */
  public static ApiException methodNotAllowed(String method) {
    return new ApiException(405, "MethodNotAllowed", method + " is not allowed");
  }

  /** 409: the state of the resource does not allow it. */
  public static ApiException conflict(String message) {
    return new ApiException(409, "Conflict", message);
  }

  /** 410: was there once and has ended, such as an invitation (ERR-7). */
  public static ApiException gone(String message) {
    return new ApiException(410, "Gone", message);
  }

  /** 413: the body is longer than {@link HttpLimits#bodyBytes()} (ERR-7). */
  public static ApiException payloadTooLarge() {
    return new ApiException(413, "PayloadTooLarge", "Request entity too large.");
  }

  /** 414: the request line is longer than {@link HttpLimits#requestLineBytes()}. */
  static ApiException uriTooLong() {
    return new ApiException(414, "UriTooLong", "The request target is too long");
  }

  /** 415: the body is not {@code application/json}. */
  public static ApiException unsupportedMediaType() {
    return new ApiException(
        415, "UnsupportedMediaType", "Content-Type must be application/json in UTF-8");
  }

  /**
   * 429: asked too often.
   *
   * @param retryAfterSeconds when to come back, at least 1
   */
  public static ApiException tooMany(long retryAfterSeconds) {
    return new ApiException(
        429,
        "TooManyRequests",
        "Over rate limit, request throttled",
        Map.of("Retry-After", Long.toString(retryAfterSeconds)));
  }

  /** 501: in the catalogue of actions, but not built. */
  public static ApiException notImplemented() {
    return new ApiException(501, "NotImplemented", "This action is not implemented");
  }

  /** 503: cannot answer now, and says so rather than guess. */
  public static ApiException unavailable(String message) {
    return new ApiException(503, "Unavailable", message);
  }

  /** 503 of a type of its own: the same request again would most likely take as long. */
  public static ApiException tooSlow() {
    return new ApiException(
        503,
        "QueryTimeout",
        "query takes longer than the server allows, ask for less or by other conditions");
  }

  /** 500 without any detail; the log has it under the request id. */
  static ApiException internal() {
    return new ApiException(500, "InternalServerError", "Internal server error");
  }

  /** The HTTP status, 400 to 599. */
  public final int status() {
    return status;
  }

  /** The error's name on the wire. */
  public final String type() {
    return type;
  }

  /** The public text; never absent. */
  public final String publicMessage() {
    return String.valueOf(getMessage());
  }

  /** Additional response headers. */
  public final Map<String, String> headers() {
    return headers;
  }

  /** The answer that tells the client. */
  public final Response.Json toResponse() {
    return new Response.Json(status, toBody(), headers);
  }

  /** The body of that answer. */
  final ObjectNode toBody() {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("type", type);
    body.put("message", publicMessage());
    return body;
  }
}
