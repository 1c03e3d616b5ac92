package io.claviger.core.explain;

import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.TopicAccess;
import io.claviger.core.decide.TopicAccess.Answer;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.explain.Finding.Outcome;
import io.claviger.core.explain.Remedy.By;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Explains what a connected device may do with topics (KEY-60 to KEY-68). */
public final class TopicExplainer {
  private TopicExplainer() {}

  /**
   * Explains one answer. Whether there is the other device is not told: to who does not reach it
   * that is the same.
   *
   * @param other the device on which the answer depends, as it is; empty when there is none
   */
  public static Explanation explain(
      TopicAccess access, TopicDeed deed, Optional<DeviceFacts> other) {
    Set<Layer> concerned = concerned(access, deed);
    Set<Layer> refusing = refusing(access, deed, other);
    List<Finding> findings = new ArrayList<>();
    List<Remedy> remedies = new ArrayList<>();
    for (Layer layer : Layer.values()) {
      Outcome outcome =
          !concerned.contains(layer)
              ? Outcome.NOT_APPLICABLE
              : refusing.contains(layer) ? Outcome.REFUSED : Outcome.PASSED;
      findings.add(new Finding(layer, outcome, detail(layer, outcome)));
      if (outcome == Outcome.REFUSED) {
        remedies.add(remedy(layer));
      }
    }
    return new Explanation(decision(refusing), findings, remedies);
  }

  /** Whether it is permitted, as the broker finds it. */
  public static boolean permitted(TopicAccess access, TopicDeed deed, Optional<DeviceFacts> other) {
    return switch (deed.ask(access)) {
      case Answer.Permitted _ -> true;
      case Answer.Refused _ -> false;
      case Answer.IfDevice device -> access.permits(device, other);
    };
  }

  private static Decision decision(Set<Layer> refusing) {
    if (refusing.isEmpty()) {
      return new Decision.Allowed(Optional.empty(), new DeviceReach.Everything());
    }
    return new Decision.Denied(
        refusing.equals(EnumSet.of(Layer.ORGANIZATION))
            ? new Denial.OrganizationReadOnly()
            : new Denial.TopicRefused());
  }

  private static Set<Layer> concerned(TopicAccess access, TopicDeed deed) {
    Set<Layer> layers = EnumSet.of(Layer.TOPIC);
    if (deed.changes()) {
      layers.add(Layer.ORGANIZATION);
    }
    if (deed.other(access).isPresent()) {
      layers.add(Layer.DEVICE);
    }
    return layers;
  }

  /**
   * Nothing may be told of devices where nothing may be changed; the rest is asked as if it may.
   */
  private static Set<Layer> refusing(
      TopicAccess access, TopicDeed deed, Optional<DeviceFacts> other) {
    Set<Layer> refusing = EnumSet.noneOf(Layer.class);
    if (access.readOnly() && deed.changes()) {
      refusing.add(Layer.ORGANIZATION);
    }
    TopicAccess writable =
        new TopicAccess(access.application(), access.reach(), access.custom(), false);
    switch (deed.ask(writable)) {
      case Answer.Permitted _ -> {
        // Only the state of the organization can stand in the way.
      }
      case Answer.Refused _ -> refusing.add(Layer.TOPIC);
      case Answer.IfDevice device -> {
        if (!writable.permits(device, other)) {
          refusing.add(Layer.DEVICE);
        }
      }
    }
    return refusing;
  }

  private static String detail(Layer layer, Outcome outcome) {
    if (outcome == Outcome.NOT_APPLICABLE) {
      return Wording.NOTHING_TO_SAY;
    }
    boolean refused = outcome == Outcome.REFUSED;
    return switch (layer) {
      case TOPIC ->
          refused
              ? "It is no topic of a device, and none that the access key permits."
              : "The topic is one of a device, or one that the access key permits.";
      case DEVICE ->
          refused
              ? "The device does not reach the other device for that, or there is none."
              : "The device reaches the other device.";
      case ORGANIZATION -> refused ? "The organization may only be read." : Wording.OWNER_OPEN;
      case CREDENTIAL,
          ADDRESS,
          ACCOUNT,
          CREDENTIAL_KIND,
          SCOPE,
          RESOURCE,
          SECOND_FACTOR,
          MEMBER_ROLE,
          MEMBER_OVERRIDE,
          CAP,
          CAP_OVERRIDE,
          SPONSOR ->
          Wording.NOTHING_TO_SAY;
    };
  }

  private static Remedy remedy(Layer layer) {
    return switch (layer) {
      case TOPIC ->
          new Remedy(
              layer,
              "Permit the topic in the access key, if it is a custom one; below losant/ only topics"
                  + " of devices are open.",
              By.APPLICATION_EDITOR);
      case DEVICE -> Wording.reachDevice();
      case ORGANIZATION -> Wording.openOrganization();
      case CREDENTIAL,
          ADDRESS,
          ACCOUNT,
          CREDENTIAL_KIND,
          SCOPE,
          RESOURCE,
          SECOND_FACTOR,
          MEMBER_ROLE,
          MEMBER_OVERRIDE,
          CAP,
          CAP_OVERRIDE,
          SPONSOR ->
          throw new IllegalArgumentException("says nothing of topics: " + layer);
    };
  }
}
