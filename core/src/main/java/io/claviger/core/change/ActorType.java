package io.claviger.core.change;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of party that change something (AUD-2, AUD-8). */
public enum ActorType {
  /** A person, logged in. */
  USER("User"),
  /** A user or application token. */
  API_TOKEN("ApiToken"),
  /** A personal access token of an organization. */
  TENANT_TOKEN("PersonalAccessToken"),
  /** A device, with its access key. */
  DEVICE("Device"),
  /** A client that a user let in by OAuth. */
  OAUTH_TOKEN("OauthToken"),
  /** Claviger itself: first start, expiry, clean-up. */
  SYSTEM("System");

  private final String wireName;

  ActorType(String wireName) {
    this.wireName = wireName;
  }

  /** The name on the wire and in the log, capitalised (AUD-3). */
  public String wireName() {
    return wireName;
  }

  /** The type with exactly this wire name, or empty. */
  public static Optional<ActorType> ofWireName(String wireName) {
    return Arrays.stream(values()).filter(type -> type.wireName.equals(wireName)).findFirst();
  }
}
