package io.claviger.core.decide;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.DeviceReach.Deed;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.role.OwnerState;
import io.claviger.core.topic.CustomTopics;
import io.claviger.core.topic.DeviceTopic;
import io.claviger.core.topic.TopicFilter;
import io.claviger.core.topic.TopicName;
import io.claviger.core.topic.TopicSubscription;
import java.util.Optional;

/**
 * What a device that is connected may do with topics (KEY-60 to KEY-68): with its own, with those
 * of other devices of its application as far as it reaches them, and with custom ones as its key
 * says. Nothing else is open, neither {@code $...} nor anything below {@code losant} that is no
 * topic of a device.
 *
 * @param application where the device stands; a topic never leads out of it (KEY-28)
 * @param reach which devices, by their tags at the moment of each question (KEY-26)
 * @param custom the key's rules about custom topics
 * @param readOnly whether nothing may be changed (ORG-17): then nothing may be told of devices nor
 *     commanded to them, since both are kept
 */
public record TopicAccess(
    ApplicationId application, DeviceReach.OfDevice reach, CustomTopics custom, boolean readOnly) {

  private static final TopicFilter STATES = TopicFilter.parse("losant/+/state").orThrow();
  private static final TopicFilter COMMANDS = TopicFilter.parse("losant/+/command").orThrow();
  private static final TopicFilter PLATFORM = TopicFilter.parse("losant/#").orThrow();

  private static final Answer PERMITTED = new Answer.Permitted();
  private static final Answer REFUSED = new Answer.Refused();

  /** What a device has that was let in with a key, as both and the owner's state are now. */
  public static TopicAccess of(AccessKey key, DeviceFacts device, OwnerState state) {
    return new TopicAccess(
        key.application(),
        new DeviceReach.OfDevice(device.id(), device.deviceClass().isGateway(), key.devices()),
        key.topics(),
        state.readOnly());
  }

  /** Yes, no, or what it depends on. */
  public sealed interface Answer {
    /** Yes. */
    record Permitted() implements Answer {}

    /** No. */
    record Refused() implements Answer {}

    /**
     * As {@link #permits} says of the facts of that device.
     *
     * @param device another device
     * @param deed what would be done to it
     */
    record IfDevice(DeviceId device, Deed deed) implements Answer {}
  }

  /** May a message be published to this topic (KEY-64, KEY-66)? */
  public Answer publish(TopicName topic) {
    if (CustomTopics.isCustom(topic)) {
      return answer(custom.permitsPublish(topic));
    }
    if (readOnly) {
      return REFUSED;
    }
    return device(
        topic,
        kind ->
            switch (kind) {
              case STATE -> Deed.REPORT;
              case COMMAND -> Deed.READ_OR_COMMAND;
            });
  }

  /** May a message with this topic be delivered to the device (KEY-66, KEY-67)? */
  public Answer receive(TopicName topic) {
    if (CustomTopics.isCustom(topic)) {
      return answer(custom.subscribe().permits(topic));
    }
    return device(
        topic,
        kind ->
            switch (kind) {
              case STATE -> Deed.READ_OR_COMMAND;
              case COMMAND -> Deed.RECEIVE_COMMANDS;
            });
  }

  /**
   * May the device subscribe (KEY-65 to KEY-67)? The custom topics that are meant must all be
   * permitted. A wildcard over topics of devices is taken as long as it can match one, since {@link
   * #receive} is asked about each message; but not in a group: a share of the messages that its
   * taker may not see would be lost to the others.
   */
  public Answer subscribe(TopicSubscription wanted) {
    TopicFilter filter = wanted.filter();
    Optional<TopicName> only = filter.onlyName();
    if (only.isPresent() && !CustomTopics.isCustom(only.get())) {
      return receive(only.get());
    }
    boolean anyCustom = CustomTopics.matchesCustom(filter);
    if (anyCustom && !custom.permitsSubscribe(filter)) {
      return REFUSED;
    }
    if (wanted.group().isPresent() && PLATFORM.overlaps(filter)) {
      return REFUSED;
    }
    return answer(anyCustom || STATES.overlaps(filter) || COMMANDS.overlaps(filter));
  }

  /** The answer for another device, as it is at this moment; empty when there is none. */
  public boolean permits(Answer.IfDevice answer, Optional<DeviceFacts> device) {
    return device
        .filter(found -> found.id().equals(answer.device()))
        .filter(found -> !found.deleted())
        .filter(found -> found.application().equals(application))
        .filter(found -> reach.permits(answer.deed(), found))
        .isPresent();
  }

  /** Which deed a topic of a device stands for. */
  private interface DeedOf {
    Deed of(DeviceTopic.Kind kind);
  }

  private Answer device(TopicName topic, DeedOf deed) {
    Optional<DeviceTopic> found = deviceTopic(topic);
    if (found.isEmpty()) {
      return REFUSED;
    }
    DeviceId id = new DeviceId(found.get().deviceId());
    // A device may do everything to itself, and needs no facts for it.
    return id.equals(reach.self())
        ? PERMITTED
        : new Answer.IfDevice(id, deed.of(found.get().kind()));
  }

  /**
   * The device that a topic belongs to. Brokers compare topics byte by byte, so an id in upper case
   * is no device's: else a message could be taken for a device's and miss those who listen to it.
   */
  public static Optional<DeviceTopic> deviceTopic(TopicName topic) {
    return DeviceTopic.parse(topic).filter(found -> topic.text().contains(found.deviceId()));
  }

  private static Answer answer(boolean permitted) {
    return permitted ? PERMITTED : REFUSED;
  }
}
