package io.claviger.server.settings;

import io.claviger.core.network.TrustedProxies;
import io.claviger.server.http.HttpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything that can be set, with its default in {@link SettingsReader}.
 *
 * @param api where the API listens
 * @param management where health and metrics listen
 * @param data the folder for the database file and everything else that is kept
 * @param databaseUrl a {@code jdbc:postgresql:} URL, or empty for SQLite in the data folder
 * @param publicUrl under which clients reach the API, without a slash at the end; empty to derive
 *     it from the API's address
 * @param administrator who is created on the first start
 * @param proxies whose {@code X-Forwarded-For} is believed (KEY-53)
 * @param loginLimit log-in attempts per minute and client address; as many wrong passwords of
 *     dashboards
 * @param signUp whether anybody may make an account
 * @param queryTime how long a query may take
 * @param limits how much one owner may have
 * @param stateRetention how long what devices report is kept
 * @param changeLogRetention how long the change log is kept (AUD-1); zero for ever
 * @param useLog how much is kept of the use of credentials
 * @param secretKey with which is sealed what cannot be kept as a digest; empty to keep one in a
 *     file of the data folder
 * @param mail how messages to people are sent
 * @param mqtt the broker
 */
public record Settings(
    HttpAddress api,
    HttpAddress management,
    Path data,
    Optional<String> databaseUrl,
    Optional<String> publicUrl,
    Administrator administrator,
    TrustedProxies proxies,
    int loginLimit,
    boolean signUp,
    Duration queryTime,
    ResourceLimits limits,
    Duration stateRetention,
    Duration changeLogRetention,
    UseLog useLog,
    Optional<SecretKey> secretKey,
    MailSettings mail,
    MqttSettings mqtt) {

  /** 32 bytes that nobody else may know. */
  public static final class SecretKey {
    private final byte[] bytes;

    SecretKey(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    /** The bytes. */
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public String toString() {
      return "SecretKey[redacted]";
    }
  }

  /**
   * The first administrator.
   *
   * @param email of the account
   * @param password empty to have one made and shown once
   */
  public record Administrator(String email, Optional<String> password) {
    @Override
    public String toString() {
      return "Administrator[" + email + "]";
    }
  }

  /**
   * What is kept of the use of credentials.
   *
   * @param days how long; 0 to keep nothing of it, the last use included
   * @param rows how many rows
   */
  public record UseLog(int days, int rows) {}

  @Override
  public String toString() {
    return "Settings[" + api + ", " + management + ", " + data + "]";
  }
}
