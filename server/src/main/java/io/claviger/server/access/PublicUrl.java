package io.claviger.server.access;

import io.claviger.core.network.IpAddress;
import io.claviger.core.network.TrustedProxies;
import io.claviger.server.http.HttpAddress;
import io.claviger.server.http.Request;
import io.claviger.server.settings.Settings;
import java.util.Optional;
import java.util.regex.Pattern;

/** Under which URL clients reach the API: as the settings say, or else as they came. */
public final class PublicUrl {
  /** RFC 1035 section 2.3.4, and a colon with a port. */
  private static final int HOST_LENGTH_MAX = 261;

  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

  private final Optional<String> setting;
  private final HttpAddress address;
  private final TrustedProxies proxies;

  public PublicUrl(Settings settings) {
    this.setting = settings.publicUrl();
    this.address = settings.api();
    this.proxies = settings.proxies();
  }

  /**
   * The URL for this client, without a slash at the end. What is not set is what the request says;
   * it is told to this client only, so a made-up Host misleads nobody else.
   */
  public String of(Request request) {
    return setting.orElseGet(() -> asItCame(request));
  }

  private String asItCame(Request request) {
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
