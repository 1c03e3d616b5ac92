package io.claviger.server.http;

/**
 * Where to listen.
 *
 * @param host a name or address; {@code 0.0.0.0} for every interface
 * @param port 0 to 65535; 0 takes any free port
 */
public record HttpAddress(String host, int port) {
  public HttpAddress {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be between 0 and 65535");
    }
  }
}
