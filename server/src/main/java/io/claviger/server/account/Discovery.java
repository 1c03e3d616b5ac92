package io.claviger.server.account;

import io.claviger.core.network.IpAddress;
import io.claviger.core.network.TrustedProxies;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.contract.Formats;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.HttpAddress;
import io.claviger.server.http.Json;
import io.claviger.server.http.Request;
import io.claviger.server.http.Response;
import io.claviger.server.settings.Settings;
import java.util.Optional;
import java.util.regex.Pattern;

/** What clients ask before and after a log-in: how to log in, and where things are. */
final class Discovery {
  /** RFC 1035 section 2.3.4, and a colon with a port. */
  private static final int HOST_LENGTH_MAX = 261;

  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

  private static final int EMAIL_LENGTH_MAX = 1024;

  private final Optional<String> publicUrl;
  private final HttpAddress address;
  private final TrustedProxies proxies;

  Discovery(Settings settings) {
    this.publicUrl = settings.publicUrl();
    this.address = settings.api();
    this.proxies = settings.proxies();
  }

  void addTo(Api api) {
    api.handle("auth.ssoDomain", Discovery::ssoDomain);
    api.handle("whitelabels.domain", this::domain);
  }

  /** No domain has single sign-on, so every client goes on to ask for a password (USR-6). */
  private static Response ssoDomain(Call call) {
    String email =
        call.request()
            .query()
            .text("email")
            .orElseThrow(() -> ApiException.validation("email", "must be given"));
    if (email.length() > EMAIL_LENGTH_MAX || !Formats.isEmail(email)) {
      throw ApiException.validation("email", "must be an e-mail address");
    }
    return Response.noContent();
  }

  /** For whoever has a valid token, whatever its scope (USR-7). */
  private Response domain(Call call) {
    String url = publicUrl.orElseGet(() -> url(call.request()));
    String authority = url.substring(url.indexOf("://") + 3);
    int path = authority.indexOf('/');
    return Response.ok(
        Json.emptyObject()
            .put("appUrl", url + "/console")
            .put("endpointDomain", path < 0 ? authority : authority.substring(0, path)));
  }

  /**
   * The URL under which this client came here. It is told to this client only, so a made-up Host
   * misleads nobody else.
   */
  private String url(Request request) {
    boolean viaProxy = proxies.contains(IpAddress.of(request.peer()));
    boolean https =
        viaProxy && request.header("X-Forwarded-Proto").map("https"::equals).orElse(false);
    String host =
        request
            .header("Host")
            .filter(text -> text.length() <= HOST_LENGTH_MAX && HOST.matcher(text).matches())
            .orElseGet(() -> address.host() + ":" + address.port());
    return (https ? "https://" : "http://") + host;
  }
}
