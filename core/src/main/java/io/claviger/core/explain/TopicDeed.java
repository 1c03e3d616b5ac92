package io.claviger.core.explain;

import io.claviger.core.decide.TopicAccess;
import io.claviger.core.decide.TopicAccess.Answer;
import io.claviger.core.id.DeviceId;
import io.claviger.core.topic.CustomTopics;
import io.claviger.core.topic.TopicName;
import io.claviger.core.topic.TopicSubscription;
import java.util.Optional;

/** What a connected device wants to do with a topic. */
public sealed interface TopicDeed {
  /** To publish to it. */
  record Publish(TopicName topic) implements TopicDeed {}

  /** To subscribe to it. */
  record Subscribe(TopicSubscription wanted) implements TopicDeed {}

  /** The answer to a device with that access. */
  default Answer ask(TopicAccess access) {
    return switch (this) {
      case Publish(TopicName topic) -> access.publish(topic);
      case Subscribe(TopicSubscription wanted) -> access.subscribe(wanted);
    };
  }

  /** The other device on which the answer depends; empty when it depends on none. */
  default Optional<DeviceId> other(TopicAccess access) {
    TopicAccess writable =
        new TopicAccess(access.application(), access.reach(), access.custom(), false);
    return ask(writable) instanceof Answer.IfDevice(DeviceId device, var _)
        ? Optional.of(device)
        : Optional.empty();
  }

  /** Whether it tells something of a device, or commands something. */
  default boolean changes() {
    return switch (this) {
      case Publish(TopicName topic) -> !CustomTopics.isCustom(topic);
      case Subscribe _ -> false;
    };
  }
}
