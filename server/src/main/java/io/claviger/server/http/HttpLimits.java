package io.claviger.server.http;

import java.time.Duration;

/**
 * What one client may cost. Every limit is enforced before the memory or the time is spent.
 *
 * @param bodyBytes longest request body
 * @param requestLineBytes longest request line, that is method, path and query
 * @param headerBytes all header lines of a request together
 * @param headTime from the first byte of a request to the end of its headers
 * @param bodyTime from the end of the headers to the end of the body
 * @param idleTime how long a connection may wait for its next request
 * @param writeTime how long one write may wait for a client that does not read
 * @param connections open connections per listener; more wait in the accept queue
 * @param concurrentRequests requests being answered at once per listener; more get 503
 * @param shutdownTime how long {@link HttpServer#close()} waits for running requests
 */
public record HttpLimits(
    int bodyBytes,
    int requestLineBytes,
    int headerBytes,
    Duration headTime,
    Duration bodyTime,
    Duration idleTime,
    Duration writeTime,
    int connections,
    int concurrentRequests,
    Duration shutdownTime) {

  /** 1 MiB: the largest body of the API, a full key with 1000 device ids, is below 100 KiB. */
  public static final int BODY_BYTES = 1 << 20;

  /** 16 KiB: an advanced device query travels in the query string, percent-encoded. */
  public static final int REQUEST_LINE_BYTES = 16 << 10;

  /** 16 KiB: a bearer token is below 100 bytes, but proxies and cookies add their own. */
  public static final int HEADER_BYTES = 16 << 10;

  /** 10 s: an honest client sends its header in one packet. */
  public static final Duration HEAD_TIME = Duration.ofSeconds(10);

  /** 30 s: 1 MiB at 300 kbit/s. */
  public static final Duration BODY_TIME = Duration.ofSeconds(30);

  /** 75 s: longer than the 60 s for which common proxies keep an idle upstream connection. */
  public static final Duration IDLE_TIME = Duration.ofSeconds(75);

  /** 30 s: one write is at most one response, and the socket buffer takes most of it. */
  public static final Duration WRITE_TIME = Duration.ofSeconds(30);

  /** 8192: about 25 KiB each; below the usual hard limit of open files. */
  public static final int CONNECTIONS = 8192;

  /** 4096: bounds the memory that bodies and answers can take together. */
  public static final int CONCURRENT_REQUESTS = 4096;

  /** 10 s: what process supervisors commonly wait before they kill. */
  public static final Duration SHUTDOWN_TIME = Duration.ofSeconds(10);

  /** The limits for production. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          BODY_BYTES,
          REQUEST_LINE_BYTES,
          HEADER_BYTES,
          HEAD_TIME,
          BODY_TIME,
          IDLE_TIME,
          WRITE_TIME,
          CONNECTIONS,
          CONCURRENT_REQUESTS,
          SHUTDOWN_TIME);
}
