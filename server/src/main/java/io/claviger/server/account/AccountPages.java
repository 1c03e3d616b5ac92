package io.claviger.server.account;

import io.claviger.server.http.Method;
import io.claviger.server.http.Response;
import io.claviger.server.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The pages that links in messages lead to. Opening one changes nothing, since programs that look
 * for bad links open them too: it takes a button.
 */
public final class AccountPages {
  /** The pages run their own script and talk to this server, nothing else. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private AccountPages() {}

  /** The routes. */
  public static List<Route> routes() {
    return List.of(
        file("/account/verify-email", "text/html; charset=utf-8", "verify-email.html"),
        file("/account/reset-password", "text/html; charset=utf-8", "reset-password.html"),
        file("/account/invitation", "text/html; charset=utf-8", "invitation.html"),
        file("/account/invitation.js", "text/javascript", "invitation.js"),
        file("/account/account.js", "text/javascript", "account.js"),
        file("/account/account.css", "text/css", "account.css"));
  }

  private static Route file(String path, String contentType, String name) {
    Response response =
        Response.bytes(contentType, resource(name)).withHeader("Content-Security-Policy", POLICY);
    return new Route(Method.GET, path, "account.page", _ -> response);
  }

  private static byte[] resource(String name) {
    String path = "/io/claviger/server/account/" + name;
    try (InputStream in = AccountPages.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
