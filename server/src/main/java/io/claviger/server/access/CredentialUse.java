package io.claviger.server.access;

import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Question;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.network.IpAddress;
import io.claviger.server.http.Request;
import io.claviger.store.facts.CredentialUses;
import io.claviger.store.facts.CredentialUses.Use;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When, from where and with what program each credential was last used. A request only puts it down
 * in memory; {@link #flush} writes what has gathered, some seconds later and in one transaction. A
 * crash loses those seconds and nothing else.
 */
public final class CredentialUse {
  /**
   * Credentials waiting to be written; beyond it a use is left out rather than the memory filled.
   */
  private static final int PENDING_MAX = 200_000;

  /** User agents are as long as clients please. */
  private static final int USER_AGENT_LENGTH_MAX = 256;

  private static final Logger LOG = LoggerFactory.getLogger(CredentialUse.class);

  private final CredentialUses uses;
  private final Map<String, Use> pending = new ConcurrentHashMap<>();

  public CredentialUse(CredentialUses uses) {
    this.uses = uses;
  }

  /** Puts down that the bearer of a question was let in. */
  public void note(Question question, Request request) {
    note(credentialId(question.bearer()), question, request);
  }

  /** Puts down that an access key let a device in (KEY-42): it is no bearer, but is used too. */
  public void note(AccessKeyId key, Question question, Request request) {
    note(key.text(), question, request);
  }

  private void note(String id, Question question, Request request) {
    if (id.isEmpty() || (pending.size() >= PENDING_MAX && !pending.containsKey(id))) {
      return;
    }
    Optional<String> userAgent =
        request
            .header("User-Agent")
            .map(text ->
                text.length() > USER_AGENT_LENGTH_MAX
                    ? text.substring(0, USER_AGENT_LENGTH_MAX)
                    : text);
    pending.put(
        id, new Use(question.now(), question.address().map(IpAddress::toString), userAgent));
  }

  private static String credentialId(Bearer bearer) {
    return switch (bearer) {
      case Bearer.Anonymous _ -> "";
      case Bearer.OfUser user -> user.credential().id().text();
      case Bearer.OfTenant tenant -> tenant.token().id().text();
      case Bearer.OfApplication application -> application.token().id().text();
      case Bearer.OfDevice device -> device.session().id().text();
    };
  }

  /** Writes what has gathered; what cannot be written is kept for the next time. */
  public void flush() {
    Map<String, Use> taken = Map.copyOf(pending);
    if (taken.isEmpty()) {
      return;
    }
    try {
      uses.write(taken);
      taken.forEach(pending::remove);
    } catch (RuntimeException e) {
      LOG.warn("last uses of {} credentials could not be written yet", taken.size(), e);
    }
  }
}
