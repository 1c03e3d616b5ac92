package io.claviger.server.decision;

import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Question;
import io.claviger.core.network.IpAddress;
import java.util.Optional;

/**
 * Whose failures are counted. Somebody with a good credential of their own, such as a gateway, asks
 * for many clients: what one of them tries must not shut out the others.
 *
 * @param party the credential that asks; blank for somebody unknown
 */
record Client(String party, Optional<IpAddress> address) {
  static Client of(Question question, Optional<IpAddress> presentedFrom) {
    Bearer caller = question.bearer();
    boolean known = Authorizer.invalid(caller, question.address(), question.now()).isEmpty();
    return Holder.of(caller)
        .filter(_ -> known)
        .map(holder -> new Client(holder.id().text(), presentedFrom))
        .orElseGet(() -> new Client("", question.address()));
  }
}
