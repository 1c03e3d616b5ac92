package io.claviger.server.mqtt;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.decide.TopicAccess;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.IpAddress;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A device that is connected, or is about to be. It is registered before anything is decided about
 * it, so that nothing that is taken back meanwhile can pass it by.
 */
final class LiveSession {
  private final DeviceId device;
  private final AccessKeyId key;
  private final Optional<IpAddress> address;
  private final Closing closing;

  /** Something it hangs on has changed since the decision about it began. */
  private volatile boolean touched;

  /** What it may do; null until it is let in. */
  private volatile @Nullable TopicAccess access;

  /** Which of the key's rules about custom topics these are, counted from the first. */
  private volatile int rules;

  private volatile @Nullable Owner owner;

  private volatile @Nullable Instant takenBackAt;

  /** What its announcement to the other nodes is called; 0 before there is one. */
  private volatile long announcement;

  /** Whether all nodes have heard of it, or none had to. */
  private volatile boolean announced;

  private volatile long announcedFrom;

  private final AtomicLong fromClient = new AtomicLong();
  private final AtomicLong toClient = new AtomicLong();

  /** How to end the connection. */
  interface Closing {
    /** Ends it, from any thread; the first reason counts. */
    void end(Ending reason);
  }

  LiveSession(DeviceId device, AccessKeyId key, Optional<IpAddress> address, Closing closing) {
    this.device = device;
    this.key = key;
    this.address = address;
    this.closing = closing;
  }

  DeviceId device() {
    return device;
  }

  AccessKeyId key() {
    return key;
  }

  Optional<IpAddress> address() {
    return address;
  }

  /** What it may do, if it was let in. */
  Optional<TopicAccess> access() {
    return Optional.ofNullable(access);
  }

  /** Whom its application belongs to, as far as is known. */
  Optional<Owner> owner() {
    return Optional.ofNullable(owner);
  }

  /** Puts down whom its application belongs to. */
  void belongsTo(Optional<Owner> found) {
    owner = found.orElse(null);
  }

  /** A number that is another one when the key's rules about custom topics are others. */
  int rules() {
    return rules;
  }

  /** Counts a message that was taken from it. */
  void countFromClient() {
    fromClient.incrementAndGet();
  }

  /** Counts a message that it is sent. */
  void countToClient() {
    toClient.incrementAndGet();
  }

  /** How many messages were taken from it. */
  long messagesFromClient() {
    return fromClient.get();
  }

  /** How many messages it was sent. */
  long messagesToClient() {
    return toClient.get();
  }

  /** Where it stands, if it was let in. */
  Optional<ApplicationId> application() {
    return access().map(TopicAccess::application);
  }

  /** Gives it what its key and its class say now; nothing that was decided before counts. */
  synchronized void settle(AccessKey known, DeviceFacts facts, OwnerState state) {
    TopicAccess before = access;
    if (before == null || !before.custom().equals(known.topics())) {
      rules++;
    }
    access = TopicAccess.of(known, facts, state);
  }

  /** Before facts are read: what changes from now on is noticed by {@link #touched}. */
  void beginDecision() {
    touched = false;
  }

  /** Something it hangs on has changed. */
  void touch() {
    touched = true;
  }

  /** Whether something has changed since the decision began. */
  boolean touched() {
    return touched;
  }

  /** When what it hangs on was taken back, if that is why it ends. */
  Optional<Instant> takenBackAt() {
    return Optional.ofNullable(takenBackAt);
  }

  /** Ends it because what let it in was taken back at that time. */
  void takeBack(Instant at) {
    if (takenBackAt == null) {
      takenBackAt = at;
    }
    closing.end(Ending.TAKEN_BACK);
  }

  /** The other nodes are about to be told of it. */
  void announce(long number) {
    announcedFrom = System.nanoTime();
    announcement = number;
  }

  /** What its announcement is called; 0 when there is none. */
  long announcement() {
    return announcement;
  }

  /** The other nodes have been told. */
  void announced() {
    announced = true;
  }

  /**
   * Whether what another node says now came after its announcement.
   *
   * @param atLast after which an announcement has arrived or is lost
   */
  boolean isAnnounced(Duration atLast) {
    return announced || (announcement > 0 && System.nanoTime() - announcedFrom > atLast.toNanos());
  }

  /** Ends it. */
  void end(Ending reason) {
    closing.end(reason);
  }
}
