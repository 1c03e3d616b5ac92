package io.claviger.server.account;

import io.claviger.server.access.PublicUrl;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.contract.Formats;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.settings.Settings;

/** What clients ask before and after a log-in: how to log in, and where things are. */
final class Discovery {
  private static final int EMAIL_LENGTH_MAX = 1024;

  private final PublicUrl publicUrl;

  Discovery(Settings settings) {
    this.publicUrl = new PublicUrl(settings);
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
    String url = publicUrl.of(call.request());
    String authority = url.substring(url.indexOf("://") + 3);
    int path = authority.indexOf('/');
    return Response.ok(
        Json.emptyObject()
            .put("appUrl", url + "/console")
            .put("endpointDomain", path < 0 ? authority : authority.substring(0, path)));
  }
}
