package io.claviger.server.decision;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Grant;
import io.claviger.core.credential.Validity;
import io.claviger.core.decide.Bearer;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.SessionId;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeNames;
import java.util.List;
import java.util.Optional;

/**
 * The session that a device would get with a key if it asked for nothing in particular. There is
 * none: it is named after the key.
 */
final class FullSession {
  private static final ScopeNames SCOPE = new ScopeNames(List.of("all.Device"));

  private final Grant grant;

  FullSession(Catalogue catalogue) {
    this.grant = new Grant(SCOPE, catalogue.resolve(SCOPE));
  }

  Bearer of(AccessKey key, DeviceFacts device) {
    return new Bearer.OfDevice(
        new DeviceSession(
            new SessionId(key.id().text()),
            device.application(),
            device.id(),
            Validity.UNLIMITED,
            grant),
        new Bearer.Warrant.ByKey(Optional.of(key)),
        Optional.of(device));
  }
}
