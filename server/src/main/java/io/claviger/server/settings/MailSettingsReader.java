package io.claviger.server.settings;

import io.claviger.core.Parsed;
import io.claviger.server.settings.MailSettings.Protection;
import io.claviger.server.settings.MailSettings.SmtpServer;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code smtp://user:password@host:587} and {@code smtps://...}. Names and passwords are
 * percent-encoded. Plain SMTP must turn to TLS, unless the server is on this machine or the URL
 * ends in {@code ?starttls=off}: a forgotten word must not send links in the clear.
 */
final class MailSettingsReader {
  /** RFC 6409 and RFC 8314. */
  private static final int SUBMISSION_PORT = 587;

  private static final int SUBMISSIONS_PORT = 465;
  private static final int PORT_MAX = 65_535;
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private static final String SHAPE =
      "must be a URL like smtp://user:password@mail.example.com:587 or smtps://mail.example.com";

  private MailSettingsReader() {}

  /** The server; the URL is not repeated in what is wrong with it. */
  static Parsed<SmtpServer> server(String text) {
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      return Parsed.rejected(SHAPE);
    }
    boolean tls = "smtps".equals(url.getScheme());
    if ((!tls && !"smtp".equals(url.getScheme())) || url.getHost() == null) {
      return Parsed.rejected(SHAPE);
    }
    boolean bare = url.getPath().isEmpty() || url.getPath().equals("/");
    if (!bare || url.getFragment() != null || url.getPort() == 0 || url.getPort() > PORT_MAX) {
      return Parsed.rejected(SHAPE);
    }
    Optional<Protection> protection = protection(tls, url);
    if (protection.isEmpty()) {
      return Parsed.rejected("may end in ?starttls=required or ?starttls=off and nothing else");
    }
    int absent = tls ? SUBMISSIONS_PORT : SUBMISSION_PORT;
    String user = part(url.getRawUserInfo(), 0);
    return Parsed.ok(
        new SmtpServer(
            url.getHost(),
            url.getPort() < 0 ? absent : url.getPort(),
            protection.get(),
            Optional.of(user).filter(name -> !name.isEmpty()),
            part(url.getRawUserInfo(), 1)));
  }

  private static Optional<Protection> protection(boolean tls, URI url) {
    if (tls) {
      return url.getQuery() == null ? Optional.of(Protection.TLS) : Optional.empty();
    }
    return switch (Optional.ofNullable(url.getQuery()).orElse("")) {
      case "" ->
          Optional.of(THIS_MACHINE.contains(url.getHost()) ? Protection.NONE : Protection.STARTTLS);
      case "starttls=required" -> Optional.of(Protection.STARTTLS);
      case "starttls=off" -> Optional.of(Protection.NONE);
      default -> Optional.empty();
    };
  }

  private static String part(@Nullable String userInfo, int index) {
    String[] parts = userInfo == null ? new String[0] : userInfo.split(":", 2);
    // A plus sign is itself in this part of a URL.
    return index < parts.length
        ? URLDecoder.decode(parts[index].replace("+", "%2B"), StandardCharsets.UTF_8)
        : "";
  }
}
