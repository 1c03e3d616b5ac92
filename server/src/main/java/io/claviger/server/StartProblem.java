package io.claviger.server;

import io.claviger.server.http.HttpAddress;
import io.claviger.server.mqtt.CertificateProblem;
import io.claviger.server.security.SecretKeyProblem;
import io.claviger.server.settings.MqttSettings;
import io.claviger.server.settings.Settings;
import io.claviger.store.StoreUnavailable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Optional;

/** Why the server does not start, in one line for the person who starts it. */
final class StartProblem {
  private StartProblem() {}

  /** The line; empty for what no person can have caused, which is to be shown as it is. */
  static Optional<String> of(Settings settings, RuntimeException problem) {
    if (problem instanceof SecretKeyProblem) {
      return Optional.ofNullable(problem.getMessage());
    }
    return problem instanceof StoreUnavailable
        ? Optional.of(database(problem))
        : refused("CLAVIGER_HTTP_PORT", settings.api())
            .or(() -> refused("CLAVIGER_MANAGEMENT_PORT", settings.management()))
            .or(() -> broker(settings.mqtt(), problem));
  }

  private static Optional<String> broker(MqttSettings mqtt, RuntimeException problem) {
    if (!mqtt.enabled()) {
      return Optional.empty();
    }
    return refused("CLAVIGER_MQTT_PORT", new HttpAddress(mqtt.host(), mqtt.port()))
        .or(() ->
            refused("CLAVIGER_MQTT_WS_PORT", new HttpAddress(mqtt.host(), mqtt.webSocketPort())))
        .or(() -> mqtt.tls().flatMap(tls -> secured(mqtt, tls)))
        .or(() ->
            problem instanceof CertificateProblem
                ? Optional.of(firstLine(problem))
                : Optional.empty());
  }

  private static Optional<String> secured(MqttSettings mqtt, MqttSettings.Tls tls) {
    return refused("CLAVIGER_MQTT_TLS_PORT", new HttpAddress(mqtt.host(), tls.port()))
        .or(() ->
            refused("CLAVIGER_MQTT_WSS_PORT", new HttpAddress(mqtt.host(), tls.webSocketPort())));
  }

  /** The file system and the database know best what is wrong; texts around them are ours. */
  private static String database(RuntimeException problem) {
    Optional<Throwable> root = Optional.empty();
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof FileSystemException
          || cause instanceof SQLException
          || cause instanceof UnknownHostException) {
        root = Optional.of(cause);
      }
    }
    return root.map(cause -> "the database cannot be opened: " + firstLine(cause))
        .orElseGet(() -> firstLine(problem));
  }

  /** The first line of a text; what has only a name for its text gets words. */
  static String firstLine(Throwable problem) {
    String message =
        switch (problem) {
          case AccessDeniedException denied -> denied.getFile() + ": permission denied";
          case NoSuchFileException absent -> absent.getFile() + ": no such file or folder";
          case FileAlreadyExistsException other -> other.getFile() + ": is not a folder";
          case UnknownHostException unknown -> "there is no host " + unknown.getMessage();
          case Throwable any -> String.valueOf(any.getMessage());
        };
    return message.lines().findFirst().orElse("").strip();
  }

  /** Whether it is impossible to listen there, and why. */
  private static Optional<String> refused(String setting, HttpAddress address) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(address.host(), address.port()));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "cannot listen on "
              + address.host()
              + ":"
              + address.port()
              + " ("
              + setting
              + "): "
              + firstLine(e));
    }
  }
}
