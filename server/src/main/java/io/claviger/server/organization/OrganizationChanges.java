package io.claviger.server.organization;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.OrganizationId;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.store.Transaction;
import io.claviger.store.organization.InvitationRow;
import io.claviger.store.organization.MemberRow;
import io.claviger.store.organization.OrganizationRow;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The entries that organizations make in the change log, each in the log of its organization, also
 * where the action is one of the own account (AUD-4).
 */
final class OrganizationChanges {
  private final Changes changes;

  OrganizationChanges(Changes changes) {
    this.changes = changes;
  }

  /** How something was and is; empty where it was not or is no more. */
  record States<T>(Optional<T> before, Optional<T> after) {
    static <T> States<T> created(T after) {
      return new States<>(Optional.empty(), Optional.of(after));
    }

    static <T> States<T> updated(T before, T after) {
      return new States<>(Optional.of(before), Optional.of(after));
    }

    static <T> States<T> deleted(T before) {
      return new States<>(Optional.of(before), Optional.empty());
    }

    /** As it is, or as it was last. */
    T last() {
      return after.or(() -> before).orElseThrow();
    }
  }

  /** The bearer of a call. */
  Actor actor(Call call) {
    return changes.actor(call.bearer());
  }

  void organization(Transaction transaction, Call call, States<OrganizationRow> states) {
    OrganizationRow last = states.last();
    record(
        transaction,
        call,
        actor(call),
        last.id(),
        new Subject(SubjectType.ORGANIZATION, last.id().text(), last.name()),
        states.before().map(OrganizationJson::organization),
        states.after().map(OrganizationJson::organization));
  }

  void member(
      Transaction transaction,
      Call call,
      Actor actor,
      OrganizationId organization,
      States<MemberRow> states) {
    MemberRow last = states.last();
    record(
        transaction,
        call,
        actor,
        organization,
        new Subject(SubjectType.MEMBER, last.user().text(), last.fullName()),
        states.before().map(OrganizationJson::member),
        states.after().map(OrganizationJson::member));
  }

  void invitation(Transaction transaction, Call call, Actor actor, States<InvitationRow> states) {
    InvitationRow last = states.last();
    record(
        transaction,
        call,
        actor,
        last.organization(),
        new Subject(SubjectType.INVITATION, last.id().text(), last.email()),
        states.before().map(row -> OrganizationJson.invitation(row, transaction.now())),
        states.after().map(row -> OrganizationJson.invitation(row, transaction.now())));
  }

  private static void record(
      Transaction transaction,
      Call call,
      Actor actor,
      OrganizationId organization,
      Subject subject,
      Optional<? extends JsonNode> before,
      Optional<? extends JsonNode> after) {
    transaction.record(
        new Change(
            actor,
            call.question().action().id(),
            subject,
            Optional.of(organization.text()),
            Optional.empty(),
            before.map(Changes::text),
            after.map(Changes::text)));
  }
}
