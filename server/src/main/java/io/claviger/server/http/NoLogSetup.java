package io.claviger.server.http;

import io.helidon.logging.common.spi.LoggingProvider;

/**
 * Tells the HTTP library that logging is set up elsewhere; without a provider it writes a line of
 * plain text between the lines of the log. Found through {@code META-INF/services}.
 */
public final class NoLogSetup implements LoggingProvider {
  /** For the service loader. */
  public NoLogSetup() {}

  @Override
  public void initialization() {
    // logback reads its own file
  }

  @Override
  public void runTime() {
    // as above
  }
}
