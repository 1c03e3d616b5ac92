package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.explain.Explanation;
import io.claviger.core.explain.Finding;
import io.claviger.core.explain.Finding.Outcome;
import io.claviger.core.explain.Layer;
import io.claviger.core.explain.TopicDeed;
import io.claviger.core.explain.TopicExplainer;
import io.claviger.core.role.MfaMode;
import io.claviger.core.role.OwnerState;
import io.claviger.core.topic.CustomTopics;
import io.claviger.core.topic.TopicFilter;
import io.claviger.core.topic.TopicName;
import io.claviger.core.topic.TopicSubscription;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Explanations of topics against what the broker asks, over random devices and keys. */
class TopicExplainerTest {
  private static final List<CustomTopics> RULES =
      List.of(
          CustomTopics.ALL,
          CustomTopics.NONE,
          CustomTopics.only(filters("plant/#"), filters("plant/+")),
          CustomTopics.except(filters("plant/#"), filters("plant/+")));

  private static List<TopicFilter> filters(String text) {
    return List.of(TopicFilter.parse(text).orThrow());
  }

  @Test
  void theAnswerIsThatOfTheBrokerAndEachNoHasItsLayerAndRemedy() {
    Map<Layer, Integer> refusing = new EnumMap<>(Layer.class);
    for (long seed = 0; seed < 4_000; seed++) {
      Random random = new Random(seed);
      World world = new World(seed);
      DeviceFacts device = world.devices.get(random.nextInt(world.devices.size()));
      DeviceFacts other = world.devices.get(random.nextInt(world.devices.size()));
      AccessKey drawn = world.key(device.application());
      AccessKey key =
          new AccessKey(
              drawn.id(),
              drawn.application(),
              drawn.secret(),
              drawn.status(),
              drawn.devices(),
              drawn.addresses(),
              RULES.get(random.nextInt(RULES.size())));
      TopicAccess access =
          TopicAccess.of(
              key, device, new OwnerState(MfaMode.NOT_REQUIRED, random.nextInt(4) == 0, false));
      TopicDeed deed = deed(random, device, other);
      Optional<DeviceFacts> facts =
          deed.other(access).filter(id -> id.equals(other.id())).map(_ -> other);
      Explanation told = TopicExplainer.explain(access, deed, facts);
      assertThat(told.decision().allowed())
          .as("seed %d %s %s", seed, access, deed)
          .isEqualTo(TopicExplainer.permitted(access, deed, facts));
      assertThat(told.refusedBy().isEmpty()).isEqualTo(told.decision().allowed());
      List<Layer> layers =
          told.findings().stream()
              .filter(finding -> finding.outcome() == Outcome.REFUSED)
              .map(Finding::layer)
              .toList();
      assertThat(told.remedies()).as("seed %d", seed).hasSameSizeAs(layers);
      layers.forEach(layer -> refusing.merge(layer, 1, Integer::sum));
    }
    assertThat(refusing.keySet())
        .containsExactlyInAnyOrder(Layer.TOPIC, Layer.DEVICE, Layer.ORGANIZATION);
  }

  private static TopicDeed deed(Random random, DeviceFacts device, DeviceFacts other) {
    String topic =
        List.of(
                "plant/a",
                "town/a",
                "losant/" + device.id().text() + "/state",
                "losant/" + other.id().text() + "/state",
                "losant/" + other.id().text() + "/command",
                "losant/nothing",
                "$SYS/a")
            .get(random.nextInt(7));
    if (random.nextBoolean()) {
      return new TopicDeed.Publish(TopicName.parse(topic).orThrow());
    }
    String wanted = random.nextInt(3) == 0 ? "$share/g/" + topic : topic;
    return new TopicDeed.Subscribe(
        TopicSubscription.parse(random.nextInt(5) == 0 ? "#" : wanted).orThrow());
  }
}
