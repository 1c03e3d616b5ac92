package io.claviger.core.credential;

import io.claviger.core.device.DeviceSelection;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.secret.Digest;
import io.claviger.core.topic.CustomTopics;

/**
 * A key and secret with which devices of one application authenticate (KEY-1). Not a bearer itself.
 *
 * @param secret the digest of the secret; the secret is nowhere (KEY-7)
 * @param devices which devices it authenticates and which others those reach (KEY-20, KEY-27)
 * @param addresses from where (KEY-50)
 * @param topics which topics beside those of devices (KEY-61)
 */
public record AccessKey(
    AccessKeyId id,
    ApplicationId application,
    Digest secret,
    CredentialStatus status,
    DeviceSelection devices,
    AddressRule addresses,
    CustomTopics topics) {}
