package io.claviger.server.decision;

import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.secret.TokenKind;
import io.claviger.server.api.Body;
import io.claviger.store.facts.CredentialRef;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Which credential an explanation is asked for. */
sealed interface Claim {
  /** Its value is presented. */
  record Token(String value) implements Claim {
    @Override
    public String toString() {
      return "Token[redacted]";
    }
  }

  /** A key and its secret are presented. */
  record Key(String key, String secret, String device) implements Claim {
    @Override
    public String toString() {
      return "Key[redacted]";
    }
  }

  /** A token or a session is named. */
  record Named(NamedKind kind, String id) implements Claim {
    CredentialRef ref() {
      return new CredentialRef(kind.tokenKind, id);
    }
  }

  /**
   * A key is named.
   *
   * @param proven whether the device is to have the right secret
   */
  record NamedKey(AccessKeyId id, String device, boolean proven) implements Claim {}

  /** What can be named by its id alone. */
  enum NamedKind {
    USER_TOKEN("userToken", TokenKind.USER),
    APPLICATION_TOKEN("applicationToken", TokenKind.APPLICATION),
    LOGIN_SESSION("loginSession", TokenKind.SESSION),
    DEVICE_SESSION("deviceSession", TokenKind.DEVICE);

    private final String wireName;
    private final TokenKind tokenKind;

    NamedKind(String wireName, TokenKind tokenKind) {
      this.wireName = wireName;
      this.tokenKind = tokenKind;
    }

    String wireName() {
      return wireName;
    }

    static Optional<NamedKind> of(String wireName) {
      for (NamedKind kind : values()) {
        if (kind.wireName.equals(wireName)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /** Whether it is the secret itself that is shown. */
  default boolean presented() {
    return switch (this) {
      case Token _, Key _ -> true;
      case Named _, NamedKey _ -> false;
    };
  }

  /** Reads a credential that the API document has found valid. */
  static Claim read(JsonNode credential) {
    Optional<String> token = Body.text(credential, "token");
    if (token.isPresent()) {
      return new Token(token.get());
    }
    Optional<String> kind = Body.text(credential, "kind");
    if (kind.isEmpty()) {
      return new Key(
          credential.get("key").stringValue(),
          credential.get("secret").stringValue(),
          credential.get("deviceId").stringValue());
    }
    String id = ObjectId.normalise(credential.get("id").stringValue());
    return NamedKind.of(kind.get())
        .<Claim>map(found -> new Named(found, id))
        .orElseGet(() ->
            new NamedKey(new AccessKeyId(id), credential.get("deviceId").stringValue(), true));
  }
}
