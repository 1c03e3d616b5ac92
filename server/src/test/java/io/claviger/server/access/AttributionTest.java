package io.claviger.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.secret.Digest;
import io.claviger.core.topic.CustomTopics;
import io.claviger.store.StoreTimeout;
import io.claviger.store.StoreUnavailable;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributionTest {
  /** What is done is not answered as an error because nobody can say whose use it was. */
  @Test
  void anOwnerThatCannotBeReadIsLeftOut() {
    ApplicationId application = new ApplicationId("a".repeat(24));
    AccessKey key =
        new AccessKey(
            new AccessKeyId("b".repeat(24)),
            application,
            Digest.of("secret"),
            CredentialStatus.ACTIVE,
            new DeviceSelection.All(),
            new AddressRule.Anyone(),
            CustomTopics.NONE);
    for (RuntimeException problem :
        List.of(new StoreUnavailable("away"), new StoreTimeout(new IllegalStateException()))) {
      Attribution attribution =
          new Attribution(_ -> {
            throw problem;
          });
      assertThat(attribution.of(key).application()).contains(application.text());
      assertThat(attribution.of(key).organization()).isEmpty();
    }
  }
}
