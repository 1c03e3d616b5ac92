package io.claviger.server.access;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Denial;
import io.claviger.core.decide.Question;
import io.claviger.core.decide.Reason;
import io.claviger.core.network.IpAddress;
import io.claviger.core.secret.Redaction;
import io.claviger.server.http.Request;
import io.claviger.store.facts.CredentialUses;
import io.claviger.store.facts.CredentialUses.Use;
import io.claviger.store.usage.CredentialParty;
import io.claviger.store.usage.Refusal;
import io.claviger.store.usage.RefusalStore;
import io.claviger.store.usage.Usage;
import io.claviger.store.usage.UsageStore;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When, from where and with what program each credential was used, and why it was refused. A
 * request only puts it down in memory; what has gathered is written some seconds later. A crash
 * loses those seconds and nothing else.
 */
public final class CredentialUse {
  /** User agents are as long as clients please. */
  private static final int USER_AGENT_LENGTH_MAX = 256;

  private static final String OK = "ok";

  private static final Logger LOG = LoggerFactory.getLogger(CredentialUse.class);

  private final CredentialUses uses;
  private final UsageStore usages;
  private final RefusalStore refusals;
  private final Attribution attribution;
  private final UsageLog log = new UsageLog();
  private final RefusalLog refused = new RefusalLog();
  private final LastUses lastUses = new LastUses();
  private final boolean kept;

  /**
   * Puts uses down.
   *
   * @param kept whether anything is; some may not keep addresses of clients at all
   */
  public CredentialUse(
      CredentialUses uses,
      UsageStore usages,
      RefusalStore refusals,
      Attribution attribution,
      boolean kept) {
    this.kept = kept;
    this.uses = uses;
    this.usages = usages;
    this.refusals = refusals;
    this.attribution = attribution;
  }

  /** Puts down that the bearer of a question was let in. */
  public void note(Question question, Request request) {
    if (kept && !(question.bearer() instanceof Bearer.Anonymous)) {
      note(attribution.of(question), question, request);
    }
  }

  /** Puts down that an access key let a device in (KEY-42): it is no bearer, but is used too. */
  public void note(AccessKey key, Question question, Request request) {
    if (kept) {
      note(attribution.of(key), question, request);
    }
  }

  /**
   * As {@link #note(AccessKey, Question, Request)}, for protocols without requests.
   *
   * @param action what it was used for
   * @param program what the client calls itself or speaks
   */
  public void note(
      AccessKey key, String action, Instant at, Optional<IpAddress> address, String program) {
    if (kept) {
      CredentialParty party = attribution.of(key);
      note(party, Optional.of(action), at, address.map(IpAddress::toString), Optional.of(program));
    }
  }

  /**
   * Puts down that an access key, or one that does not exist, did not let a device in, for
   * protocols without requests.
   *
   * @param key empty when there is none
   */
  public void refuse(
      Optional<AccessKey> key,
      String action,
      Denial denial,
      Instant at,
      Optional<IpAddress> address,
      String program) {
    if (!kept) {
      return;
    }
    log.note(
        new Usage.Key(
            key.map(attribution::of).orElse(CredentialParty.UNKNOWN),
            Optional.of(action),
            Reason.describe(denial).code(),
            address.map(IpAddress::toString),
            key.map(_ -> program)),
        at);
  }

  /**
   * Puts down what was answered to somebody who asked about a credential that a client had shown to
   * him. It is a use like any other, but nothing is known of the client's program.
   *
   * @param question with the bearer that the credential is of, and the address of the client
   * @param denial empty when it was allowed
   */
  public void asked(Question question, Optional<Denial> denial) {
    boolean unknown = question.bearer() instanceof Bearer.Anonymous;
    if (kept) {
      asked(
          attribution.of(question),
          unknown ? Optional.empty() : Optional.of(question.action().id()),
          denial,
          question.now(),
          question.address());
    }
  }

  /**
   * The same of an access key, or of one that does not exist.
   *
   * @param key empty when there is none
   */
  public void asked(
      Optional<AccessKey> key,
      String action,
      Optional<Denial> denial,
      Instant at,
      Optional<IpAddress> address) {
    if (kept) {
      asked(
          key.map(attribution::of).orElse(CredentialParty.UNKNOWN),
          key.map(_ -> action),
          denial,
          at,
          address);
    }
  }

  private void asked(
      CredentialParty party,
      Optional<String> action,
      Optional<Denial> denial,
      Instant at,
      Optional<IpAddress> address) {
    Optional<String> from = address.map(IpAddress::toString);
    if (denial.isEmpty()) {
      lastUses.note(party.credential(), new Use(at, from, Optional.empty()));
    }
    String outcome = denial.map(reason -> Reason.describe(reason).code()).orElse(OK);
    log.note(new Usage.Key(party, action, outcome, from, Optional.empty(), true), at);
  }

  private void note(CredentialParty party, Question question, Request request) {
    note(
        party,
        Optional.of(question.action().id()),
        question.now(),
        question.address().map(IpAddress::toString),
        userAgent(request));
  }

  private void note(
      CredentialParty party,
      Optional<String> action,
      Instant at,
      Optional<String> address,
      Optional<String> userAgent) {
    lastUses.note(party.credential(), new Use(at, address, userAgent));
    log.note(new Usage.Key(party, action, OK, address, userAgent), at);
  }

  /**
   * Puts down that a request was refused.
   *
   * @param error what it was answered
   */
  public void refuse(Question question, Refused error, Request request) {
    if (question.bearer() instanceof Bearer.Anonymous) {
      if (Access.presentsToken(request)) {
        unknown(question, error.denial());
      }
    } else {
      refuse(attribution.of(question), question, error, request);
    }
  }

  /** Puts down that an access key did not let a device in. */
  public void refuse(AccessKey key, Question question, Refused error, Request request) {
    refuse(attribution.of(key), question, error, request);
  }

  /** Puts down that a credential was presented that does not exist; nothing of its value. */
  public void unknown(Question question, Denial denial) {
    if (!kept) {
      return;
    }
    log.note(
        new Usage.Key(
            CredentialParty.UNKNOWN,
            Optional.empty(),
            Reason.describe(denial).code(),
            question.address().map(IpAddress::toString),
            Optional.empty()),
        question.now());
  }

  private void refuse(CredentialParty party, Question question, Refused error, Request request) {
    if (!kept) {
      return;
    }
    Reason reason = Reason.describe(error.denial());
    Optional<String> userAgent = userAgent(request);
    Optional<String> address = question.address().map(IpAddress::toString);
    String action = question.action().id();
    log.note(
        new Usage.Key(party, Optional.of(action), reason.code(), address, userAgent),
        question.now());
    refused.add(
        new Refusal(
            request.id(),
            question.now(),
            party,
            action,
            error.status(),
            reason.code(),
            reason.text(),
            Optional.of(RefusedResource.of(question.action(), request)),
            address,
            userAgent));
  }

  private static Optional<String> userAgent(Request request) {
    return request
        .header("User-Agent")
        .map(Redaction::of)
        .map(text ->
            text.length() > USER_AGENT_LENGTH_MAX
                ? text.substring(0, USER_AGENT_LENGTH_MAX)
                : text);
  }

  /** The last uses of credentials by id, as far as there are any. */
  public Map<String, Use> last(Collection<String> ids) {
    Map<String, Use> last = new HashMap<>(uses.find(ids));
    for (String id : ids) {
      lastUses.find(id).ifPresent(use -> last.merge(id, use, CredentialUse::later));
    }
    return last;
  }

  private static Use later(Use one, Use other) {
    return one.at().isAfter(other.at()) ? one : other;
  }

  /** The refusal of a request, if it is still remembered. */
  public Optional<Refusal> refusal(String requestId) {
    return refused.find(requestId).or(() -> refusals.find(requestId));
  }

  /** Uses that were counted without all of their parts, since there were too many. */
  public long pooled() {
    return log.pooled();
  }

  /**
   * Every few seconds: writes much of what was counted, and begins a round of last uses for {@link
   * #writeSome}. What cannot be written is kept for the next time.
   */
  public void collect() {
    lastUses.begin();
    log.flush(usages::add);
    refused.flush(refusals::add);
  }

  /**
   * Some times a second: writes some last uses. So however many there are, writing them takes a
   * small part of the time, and nobody waits for it.
   *
   * @throws io.claviger.store.StoreUnavailable when they stay for the next time
   */
  public void writeSome() {
    lastUses.writeSome(uses::write);
  }

  /** Writes all that has gathered; what cannot be written is kept for the next time. */
  public void flush() {
    try {
      lastUses.writeAll(uses::write);
      refused.flush(refusals::add);
      boolean all;
      do {
        all = log.flush(usages::add);
      } while (!all);
    } catch (RuntimeException e) {
      LOG.warn("uses of credentials could not be written yet", e);
    }
  }
}
