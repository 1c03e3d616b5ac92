package io.claviger.store.token;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.Id;
import io.claviger.core.id.UserId;

/** For whom an API token acts. */
public sealed interface TokenOwner {
  /** A user token. */
  record OfUser(UserId id) implements TokenOwner {}

  /** An application token. */
  record OfApplication(ApplicationId id) implements TokenOwner {}

  /** The owner's id. */
  Id id();

  /** The kind of owner in JSON and in the table. */
  default String type() {
    return switch (this) {
      case OfUser _ -> "user";
      case OfApplication _ -> "application";
    };
  }
}
