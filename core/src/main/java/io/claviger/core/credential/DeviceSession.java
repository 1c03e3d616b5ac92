package io.claviger.core.credential;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.SessionId;

/**
 * What a device holds after it has authenticated over REST (KEY-40). It lives no longer than what
 * vouched for it.
 */
public record DeviceSession(
    SessionId id, ApplicationId application, DeviceId device, Validity validity, Grant grant) {}
