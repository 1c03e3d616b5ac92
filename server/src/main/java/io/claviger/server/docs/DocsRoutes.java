package io.claviger.server.docs;

import io.claviger.server.contract.Contract;
import io.claviger.server.http.Method;
import io.claviger.server.http.Response;
import io.claviger.server.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * {@code /docs} and {@code /openapi.yaml}: open to everybody, since they tell nothing about
 * anybody.
 */
public final class DocsRoutes {
  /** The page runs its own script and style and asks this server for the document, nothing else. */
  private static final String PAGE_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private DocsRoutes() {}

  /** The routes. */
  public static List<Route> of(Contract contract) {
    return List.of(
        file("/docs", "docs.page", "text/html; charset=utf-8", resource("docs/index.html")),
        file("/docs/docs.js", "docs.script", "text/javascript", resource("docs/docs.js")),
        file("/docs/docs.css", "docs.style", "text/css", resource("docs/docs.css")),
        file("/docs/openapi.json", "docs.json", "application/json", contract.toJson()),
        file(
            "/openapi.yaml",
            "docs.yaml",
            "application/yaml",
            resource("/io/claviger/spec/openapi.yaml")));
  }

  private static Route file(String path, String name, String contentType, byte[] bytes) {
    Response response =
        Response.bytes(contentType, bytes).withHeader("Content-Security-Policy", PAGE_POLICY);
    return new Route(Method.GET, path, name, _ -> response);
  }

  private static byte[] resource(String name) {
    String path = name.startsWith("/") ? name : "/io/claviger/server/" + name;
    try (InputStream in = DocsRoutes.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
