package io.claviger.core.decide;

import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApiTokenId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.SessionId;
import io.claviger.core.id.TenantTokenId;

/** Ids that are numbered, so that a failing question can be read. */
final class Ids {
  private Ids() {}

  /** The kind in the first digit and the number in the last ones. */
  static String text(int kind, int number) {
    return "%d%023x".formatted(kind, number);
  }

  static ApplicationId application(int number) {
    return new ApplicationId(text(3, number));
  }

  static ApiTokenId credential(int number) {
    return new ApiTokenId(text(6, number));
  }

  static SessionId session(int number) {
    return new SessionId(text(7, number));
  }

  static TenantTokenId tenantToken(int number) {
    return new TenantTokenId(text(9, number));
  }

  static AccessKeyId key(int number) {
    return new AccessKeyId(text(8, number));
  }
}
