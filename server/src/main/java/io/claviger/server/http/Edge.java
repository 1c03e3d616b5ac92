package io.claviger.server.http;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.function.BooleanSupplier;

/**
 * Takes every request of a listener before the library looks at its path, and answers it.
 *
 * @param router the routes
 * @param crossOrigin whether web pages of other origins may call (CORS)
 * @param limits what a request may cost
 * @param observer is told of every answer
 * @param ids names the requests
 * @param closing whether connections should end with the current answer
 */
record Edge(
    Router router,
    boolean crossOrigin,
    HttpLimits limits,
    RequestObserver observer,
    RequestIds ids,
    BooleanSupplier closing)
    implements Filter {
  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    new Exchange(this, request, response).run();
  }
}
