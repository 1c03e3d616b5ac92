package io.claviger.server.mqtt;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.TopicAccess;
import io.claviger.core.decide.TopicAccess.Answer;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Owner;
import io.claviger.core.topic.TopicName;
import io.claviger.server.access.CredentialUse;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.server.devicelogin.DeviceLogins.Outcome;
import io.claviger.server.security.RateLimiter;
import io.claviger.server.settings.MqttSettings;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.facts.Facts;
import java.time.InstantSource;
import java.util.Optional;

/** Decides about CONNECT (KEY-42, MQT-2): the same log-in as over HTTP, and what is MQTT's own. */
final class Admissions {
  /** What a use of a key is called that lets a device connect. */
  private static final String ACTION = "mqtt.connect";

  /** A device whose key changes without end while it connects may try again later. */
  private static final int ATTEMPTS_MAX = 5;

  private final Facts facts;
  private final Standings standings;
  private final DeviceLogins logins;
  private final RateLimiter failures;
  private final CredentialUse use;
  private final Sessions sessions;
  private final Penalties penalties;
  private final ConnectLimit connects;
  private final InstantSource clock;
  private final MqttSettings settings;

  /**
   * Makes it.
   *
   * @param failures shared with the log-in over HTTP
   * @param settings what a will may be
   */
  Admissions(
      Facts facts,
      Standings standings,
      DeviceLogins logins,
      RateLimiter failures,
      CredentialUse use,
      Sessions sessions,
      Penalties penalties,
      ConnectLimit connects,
      InstantSource clock,
      MqttSettings settings) {
    this.facts = facts;
    this.standings = standings;
    this.logins = logins;
    this.failures = failures;
    this.use = use;
    this.sessions = sessions;
    this.penalties = penalties;
    this.connects = connects;
    this.clock = clock;
    this.settings = settings;
  }

  /** What a device presents. */
  record Presented(
      String clientId,
      Optional<String> key,
      Optional<String> secret,
      Optional<Will> will,
      Optional<IpAddress> address,
      String protocol) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Presented[" + clientId + "]";
    }
  }

  /** What is to be published when the connection is lost. */
  record Will(String topic, int bytes, int qos, boolean retain) {}

  /** What came of it. */
  sealed interface Verdict {
    /** It may come in; its session is registered and must be removed when the connection ends. */
    record LetIn(LiveSession session, TopicAccess access) implements Verdict {}

    /** It may not. */
    record TurnedAway(Refusal refusal) implements Verdict {}
  }

  /**
   * Decides. May wait for the database.
   *
   * @param closing ends the connection, also while this decides
   * @throws io.claviger.store.StoreUnavailable when it cannot be decided
   */
  Verdict decide(Presented presented, LiveSession.Closing closing) {
    Optional<DeviceId> device = deviceId(presented.clientId());
    if (device.isEmpty()) {
      return new Verdict.TurnedAway(Refusal.CLIENT_ID);
    }
    if (failures.exhausted(presented.address())) {
      return new Verdict.TurnedAway(Refusal.BUSY);
    }
    Optional<AccessKeyId> key = presented.key().flatMap(logins::keyId);
    if (key.isEmpty() || presented.secret().isEmpty()) {
      return turnedAway(presented, key.flatMap(standings::key), new Denial.NoCredential());
    }
    LiveSession session = new LiveSession(device.get(), key.get(), presented.address(), closing);
    // Registered first, decided after: what is taken back from now on is not missed.
    sessions.add(session);
    Verdict verdict = new Verdict.TurnedAway(Refusal.UNAVAILABLE);
    try {
      verdict = decide(presented, session);
      return verdict;
    } finally {
      if (verdict instanceof Verdict.TurnedAway) {
        sessions.remove(session);
      }
    }
  }

  /** As {@link #decide}, without waiting: empty when something has to be looked up first. */
  Optional<Verdict> decideNow(Presented presented, LiveSession.Closing closing) {
    return facts.fromMemory(() -> decide(presented, closing));
  }

  private Verdict decide(Presented presented, LiveSession session) {
    for (int i = 0; i < ATTEMPTS_MAX; i++) {
      session.beginDecision();
      Verdict verdict = attempt(presented, session);
      if (verdict instanceof Verdict.TurnedAway || !session.touched()) {
        return verdict;
      }
    }
    return new Verdict.TurnedAway(Refusal.BUSY);
  }

  private Verdict attempt(Presented presented, LiveSession session) {
    return switch (logins.attempt(
        presented.key().orElseThrow(),
        presented.secret().orElseThrow(),
        presented.clientId(),
        presented.address())) {
      case Outcome.TurnedAway(var reason) -> {
        yield turnedAway(presented, standings.key(session.key()), reason);
      }
      case Outcome.LetIn(AccessKey key, DeviceFacts device) -> {
        Optional<Owner> owner = standings.owner(key);
        // Put down before its state is read: a change of the state after that finds this session.
        session.belongsTo(owner);
        session.settle(key, device, standings.state(owner));
        TopicAccess access = session.access().orElseThrow();
        yield hindrance(presented, session, access)
            .<Verdict>map(Verdict.TurnedAway::new)
            .orElseGet(() -> letIn(presented, key, session, access));
      }
    };
  }

  private Verdict turnedAway(Presented presented, Optional<AccessKey> key, Denial reason) {
    use.refuse(key, ACTION, reason, clock.instant(), presented.address(), presented.protocol());
    failures.spend(presented.address());
    return new Verdict.TurnedAway(Refusal.of(reason));
  }

  private Verdict letIn(
      Presented presented, AccessKey key, LiveSession session, TopicAccess access) {
    use.note(key, ACTION, clock.instant(), presented.address(), presented.protocol());
    return new Verdict.LetIn(session, access);
  }

  /** Why a device that is who it says it is may not come in now. */
  private Optional<Refusal> hindrance(
      Presented presented, LiveSession session, TopicAccess access) {
    if (penalties.banned(session.device())) {
      return Optional.of(Refusal.BANNED);
    }
    if (!connects.admits(access.application())) {
      return Optional.of(Refusal.BUSY);
    }
    return presented.will().flatMap(will -> refusal(will, access));
  }

  private Optional<Refusal> refusal(Will will, TopicAccess access) {
    if (will.bytes() > settings.payload()) {
      return Optional.of(Refusal.WILL_TOO_LARGE);
    }
    if (will.qos() > settings.publishQos()) {
      return Optional.of(Refusal.WILL_QUALITY_OF_SERVICE);
    }
    if (will.retain() && !settings.retained()) {
      return Optional.of(Refusal.WILL_RETAINED);
    }
    boolean permitted =
        will.topic().length() <= Namespace.TOPIC_LENGTH_MAX
            && TopicName.parse(will.topic())
                .toOptional()
                .filter(topic -> permits(access, access.publish(topic)))
                .isPresent();
    return permitted ? Optional.empty() : Optional.of(Refusal.NOT_AUTHORIZED);
  }

  /** The answer, with the facts that it depends on. May wait for the database. */
  boolean permits(TopicAccess access, Answer answer) {
    return switch (answer) {
      case Answer.Permitted _ -> true;
      case Answer.Refused _ -> false;
      case Answer.IfDevice other -> access.permits(other, standings.device(other.device()));
    };
  }

  /** As {@link #permits}, without waiting: empty when something has to be looked up first. */
  Optional<Boolean> permitsNow(TopicAccess access, Answer.IfDevice other) {
    try {
      return facts.fromMemory(() -> permits(access, other));
    } catch (StoreUnavailable e) {
      // Whoever may wait finds out whether that lasts.
      return Optional.empty();
    }
  }

  /** Whether a device that was let in may publish there, asked anew. May wait for the database. */
  boolean mayStillPublish(LiveSession session, TopicName topic) {
    if (!(standings.look(session, false) instanceof Standings.Finding.Stays)) {
      return false;
    }
    TopicAccess access = session.access().orElseThrow();
    return permits(access, access.publish(topic));
  }

  /**
   * A client id that is a device's id. The broker tells clients apart by their bytes, so an id in
   * upper case would be a second connection of the same device (DEV-9).
   */
  private static Optional<DeviceId> deviceId(String clientId) {
    return ObjectId.parse(clientId).toOptional().filter(clientId::equals).map(DeviceId::new);
  }
}
